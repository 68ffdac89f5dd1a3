/* SPDX-License-Identifier: GPL-2.0 */
/* Logical threads, each on a stack of its own, one running at a time. */
#ifndef EXPLORE_FIBER_H
#define EXPLORE_FIBER_H

#include <stdint.h>

#include "explore.h"
#include "hash.h"

enum fiber_state { FIBER_UNUSED, FIBER_READY, FIBER_BLOCKED, FIBER_DONE };

struct fiber {
	enum fiber_state state;
	void *stack_pointer;
	char *stack;			/* the lowest address */
	const struct program *program;	/* of threads */
	int (*ready)(void *);		/* what a blocked fiber waits for … */
	void *waits_for;
	const char *waits_what;
	unsigned long events;		/* hooks that it has come through */
	uint64_t way;			/* a hash of where these were */
	unsigned long blocks;		/* calls of instrumentation, counted or not as events */
	struct hash history;		/* all that it saw and did */
	uint32_t clock[FIBERS];
	int locks, atomic_locks;	/* held; those of them that forbid sleep */
	int rcu_depth;
	/* Sections that no grace period ends within, from 1: of RCU, and of locks that forbid preemption. */
	unsigned long rcu_entries, atomic_entries;
};

enum outcome { OUTCOME_DONE, OUTCOME_FAILED, OUTCOME_PRUNED };

extern struct fiber fibers[FIBERS];

static inline struct fiber *fiber_now(void)
{
	return &fibers[current_fiber];
}

/* What code decides by what no hook sees, the way of its hooks tells. */
static inline void fiber_comes_to(unsigned long pc)
{
	struct fiber *fiber = fiber_now();

	fiber->events++;
	fiber->way = hash_fold(fiber->way ^ pc ^ 0xd6e8feb86659fd93ULL, 0xa0761d6478bd642fULL);
}

static inline int fiber_is_thread(int fiber)
{
	return fiber > FIBER_SETUP && fiber < FIBER_AFTER;
}

/* What they held when an execution was abandoned. */
void fibers_forget(void);
void fiber_prepare(int fiber, const struct program *program);
/* Runs it, and those that it switches to, until one of them ends the execution. */
enum outcome fiber_run(int fiber);
void fiber_switch(int to);
void fiber_end_execution(enum outcome outcome) __attribute__((noreturn));
int fiber_can_run(int fiber);
int fiber_on_stack(unsigned long address);
int fiber_running(void);

#endif
