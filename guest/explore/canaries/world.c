// SPDX-License-Identifier: GPL-2.0
/* What kernel/ and model/ are for a kernel: hooks, a heap, locks, the operations. */
#include <string.h>

#include "canary.h"

/* The calls of gcc -fsanitize=thread. */
#define HOOK(size)							\
	void __tsan_read##size(void *p);				\
	void __tsan_write##size(void *p);				\
	void __tsan_read##size(void *p)					\
	{								\
		block_executed(PC);					\
		access_plain((unsigned long)p, size, ACCESS_READ, PC);	\
	}								\
	void __tsan_write##size(void *p)				\
	{								\
		block_executed(PC);					\
		access_plain((unsigned long)p, size, ACCESS_WRITE, PC);	\
	}

HOOK(1)
HOOK(4)
HOOK(8)
HOOK(16)

void __tsan_init(void);
void __tsan_init(void)
{
}

void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
	block_executed(PC);
}

static long alive;

struct header {
	unsigned long size, magic;
};

#define MAGIC 0x6865617041UL

void *heap_take(unsigned long size)
{
	struct header *header = (struct header *)slab_take(sizeof(*header) + size);

	*header = (struct header){ size, MAGIC };
	memset(header + 1, 0xa5, size);
	memory_allocated((unsigned long)(header + 1), size);
	object_named((unsigned long)(header + 1), size, "object");
	alive++;
	return header + 1;
}

void heap_free(void *object)
{
	struct header *header = (struct header *)object - 1;

	if (memory_was_freed((unsigned long)object))
		fail(FAIL_DOUBLE_FREE, "double free of an object");
	access_free((unsigned long)object, header->size, PC);
	memory_freed((unsigned long)object, header->size);
	alive--;
}

long heap_alive(void)
{
	return alive;
}

static int unseen;

void unseen_set(int value)
{
	unseen = value;
}

int unseen_get(void)
{
	return unseen;
}

void lock(struct lock *lock)
{
	lock_take(lock, TAKE_SPIN, PC);
}

void unlock(struct lock *lock)
{
	lock_drop(lock, TAKE_SPIN, PC);
}

static int preempt_counts[FIBERS];

void preempt_off(void)
{
	preempt_counts[current_fiber]++;
}

void preempt_on(void)
{
	preempt_counts[current_fiber]--;
}

void atomic_store(int *at, int value)
{
	access_atomic((unsigned long)at, sizeof(*at), ACCESS_WRITE, 0, PC);
	*at = value;
}

void bit_set(unsigned long *at)
{
	access_atomic((unsigned long)at, sizeof(*at), ACCESS_WRITE, 0, PC);
	*at |= 1;
}

int compare_exchange(void **at, void *old, void *new)
{
	access_atomic((unsigned long)at, sizeof(*at), ACCESS_WRITE, 1, PC);
	if (*at != old)
		return 0;
	*at = new;
	return 1;
}

int add_return(int *at, int value)
{
	access_atomic((unsigned long)at, sizeof(*at), ACCESS_WRITE, 1, PC);
	return *at += value;
}

static const struct canary *running(void)
{
	const char *name = scenario_running()->name;
	int i;

	for (i = 0; canaries[i]; i++)
		if (!strcmp(canaries[i]->name, name))
			return canaries[i];
	explorer_lacks("a canary of that name");
}

void world_start(void)
{
	running()->start();
}

void world_ready(void)
{
}

void world_do(const struct operation *operation)
{
	(void)operation;
	running()->thread[current_fiber - 1]();
}

void world_check(void)
{
	if (running()->check)
		running()->check();
}

void world_set_cpu(int fiber)
{
	(void)fiber;
}

int world_preempt_count(int fiber)
{
	return preempt_counts[fiber];
}

enum trap world_trap(unsigned long pc, int *line)
{
	(void)pc;
	(void)line;
	return TRAP_UNKNOWN;
}
