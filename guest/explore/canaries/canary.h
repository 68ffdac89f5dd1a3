/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small program with a known fault, or with none, on the same scheduler. What
 * it says of itself: how long it may go unnoticed.
 */
#ifndef EXPLORE_CANARY_H
#define EXPLORE_CANARY_H

#include "explore.h"

struct canary {
	const char *name;		/* and of its scenario */
	void (*start)(void);
	void (*thread[THREADS_MAX])(void);
	void (*check)(void);		/* afterwards, or NULL */
};

#define PC ((unsigned long)__builtin_return_address(0))

/* A heap of one kind. Not instrumented, like the services of the kernel. */
void *heap_take(unsigned long size);
void heap_free(void *object);
long heap_alive(void);

/* A lock, as the kernel's spinlock is one. */
struct lock {
	int owner, unused;
};

void lock(struct lock *lock);
void unlock(struct lock *lock);

/* As preempt_disable() and preempt_enable(): no hook sees them. */
void preempt_off(void);
void preempt_on(void);

/* A value that no hook sees, as what a service of the kernel keeps. */
void unseen_set(int value);
int unseen_get(void);

/* As KCSAN marks atomic_set(), and set_bit() of bit 0. */
void atomic_store(int *at, int value);
void bit_set(unsigned long *at);

int compare_exchange(void **at, void *old, void *new);
int add_return(int *at, int value);

extern const struct canary *const canaries[];

#endif
