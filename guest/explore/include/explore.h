/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The seam between the two halves of the explorer. The host half (sched/,
 * oracles/, main.c) is built on libc. The kernel half (kernel/, model/) is
 * compiled with the headers and the command line of the kernel under test.
 * Both include this file, so it needs no header and declares plain C types.
 */
#ifndef EXPLORE_H
#define EXPLORE_H

#include "scenario.h"

/* One fiber sets up, THREADS_MAX explore, one looks at what is left. */
#define FIBERS		(THREADS_MAX + 2)
/* Each has a CPU; one more is idle, until a thread has to leave its own. */
#define CPUS		(FIBERS + 1)
#define SPARE_CPU	(CPUS - 1)
#define FIBER_SETUP	0
#define FIBER_AFTER	(FIBERS - 1)

/*
 * The memory of the kernel half, at addresses that no schedule changes: each
 * fiber allocates from its own part, and freed memory is never given out again
 * in the same execution.
 */
#define ARENA		0x200000000000UL
#define SLAB		ARENA
#define SLAB_EACH	(1UL << 20)
#define PERCPU		(ARENA + (6UL << 20))
#define PERCPU_EACH	4096UL
#define MEMMAP		(ARENA + (7UL << 20))
#define PAGE_DESCRIPTOR_MAX 96UL
#define PAGES		(ARENA + (8UL << 20))
/* Where descriptors of what lies before PAGES are. Nobody writes them. */
#define MEMMAP_OF_ARENA	(MEMMAP - (PAGES - ARENA) / 4096 * PAGE_DESCRIPTOR_MAX)
#define PAGES_EACH	192UL
#define PAGES_RESERVED	16UL	/* page 0 and some more are nobody's, as on a PC */
#define PAGES_TOTAL	(PAGES_RESERVED + FIBERS * PAGES_EACH)
#define ARENA_END	(PAGES + PAGES_TOTAL * 4096)

/* What the host half offers to the kernel half. */

extern int current_fiber;

unsigned long slab_take(unsigned long size);
unsigned long page_take(void);			/* its number from PAGES */
unsigned long percpu_take(unsigned long size);	/* its offset in each part */
void memory_allocated(unsigned long address, unsigned long size);
void memory_freed(unsigned long address, unsigned long size);
int memory_was_freed(unsigned long address);
int memory_is_live(unsigned long address);
void object_named(unsigned long address, unsigned long size, const char *kind);

/* The queue of work and the list of shrinkers are no memory of the kernel's, but what a thread found there is history. */
void queue_accessed(int write);

/* Whether each thread could be preempted now. */
int fibers_are_preemptible(void);
/* The running thread moves that one to another CPU: both know. */
void fiber_moved(int fiber);

/* Accesses of instrumented code. pc is where it returns to. */
enum { ACCESS_READ = 0, ACCESS_WRITE = 1 };
void access_plain(unsigned long address, unsigned long size, int write,
		  unsigned long pc);
/* The same of an object that is about to be freed, where only touched words count. */
void access_free(unsigned long address, unsigned long size, unsigned long pc);
void access_atomic(unsigned long address, unsigned long size, int write,
		   int ordered, unsigned long pc);
void block_executed(unsigned long pc);

/* Locks. The owner is kept in the first words of the kernel's own lock. */
enum lock_kind { TAKE_SPIN, TAKE_READ, TAKE_WRITE, TAKE_SLEEPING };
void lock_take(void *lock, enum lock_kind kind, unsigned long pc);
int lock_try(void *lock, enum lock_kind kind, unsigned long pc);
void lock_drop(void *lock, enum lock_kind kind, unsigned long pc);
int lock_is_held(const void *lock);
void flag_take(unsigned long *word, int bit, unsigned long pc);
void flag_drop(unsigned long *word, int bit, unsigned long pc);
void flag_wait(unsigned long *word, int bit, unsigned long pc);

/* Waits until ready(argument), as a sleeping thread does. */
void wait_until(int (*ready)(void *), void *argument, const char *what);
void may_switch(void);
void may_sleep(const char *what);
void rcu_enter(void);
void rcu_leave(void);
void rcu_wait_for_readers(void);
void rcu_callback_queued(void);
/* Whoever cannot be preempted is a reader too. */
int rcu_has_readers(void);

/* Ends the execution. The text says what is wrong, with its numbers. */
enum failure_kind {
	FAIL_USE_AFTER_FREE, FAIL_RED_ZONE, FAIL_DOUBLE_FREE, FAIL_INVALID_FREE,
	FAIL_WILD_POINTER, FAIL_BUG, FAIL_WARN, FAIL_LIST, FAIL_SLEEP_IN_ATOMIC,
	FAIL_LOCK, FAIL_LEFT_OVER, FAIL_DEADLOCK, FAIL_NO_END, FAIL_FAULT,
	FAIL_DATA, FAIL_BALANCE, FAIL_PAGE_STATE, FAIL_LEAK,
};
void fail(enum failure_kind kind, const char *format, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
/* The same, where the judgement rests on what a model asserts of a caller. */
void fail_model(enum failure_kind kind, const char *format, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
/* The explorer lacks something: neither the kernel nor the user is to blame. */
void explorer_lacks(const char *what) __attribute__((noreturn));
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

int format_text(char *buffer, unsigned long size, const char *format,
		__builtin_va_list arguments);

/* What the kernel half offers to the host half. */

const struct scenario *scenario_running(void);
void world_start(void);			/* in FIBER_SETUP, before its program … */
void world_ready(void);			/* … and after it */
void world_do(const struct operation *operation);
void world_check(void);			/* in FIBER_AFTER */
void world_set_cpu(int fiber);
int world_preempt_count(int fiber);
enum trap { TRAP_UNKNOWN, TRAP_BUG, TRAP_WARNING };
enum trap world_trap(unsigned long pc, int *line);

#endif
