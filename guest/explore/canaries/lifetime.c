// SPDX-License-Identifier: GPL-2.0
/* Faults of lifetime: a reference too few, a double free, an ABA. */
#include "canaries.h"

struct object {
	int references;
	int value;
	struct object *next;
};

static struct lock guard;
static struct object *shared;
static struct object *top;

static void start(void)
{
	shared = heap_take(sizeof(*shared));
	shared->references = 1;
	shared->value = 7;
	shared->next = 0;
}

static void put(struct object *object)
{
	if (add_return(&object->references, -1) == 0)
		heap_free(object);
}

static void drop_shared(void)
{
	struct object *object;

	lock(&guard);
	object = shared;
	shared = 0;
	unlock(&guard);
	if (object)
		put(object);
}

/* The lock is let go before the reference is taken. */
static void use_unpaired(void)
{
	struct object *object;

	lock(&guard);
	object = shared;
	unlock(&guard);
	if (!object)
		return;
	add_return(&object->references, 1);
	object->value++;
	put(object);
}

const struct canary unpaired_reference = {
	"unpaired-reference", start, { use_unpaired, drop_shared }, 0,
};

static void use_paired(void)
{
	struct object *object;

	lock(&guard);
	object = shared;
	if (object)
		add_return(&object->references, 1);
	unlock(&guard);
	if (!object)
		return;
	object->value++;
	put(object);
}

static void check_all_freed(void)
{
	if (heap_alive())
		fail(FAIL_LEAK, "%ld objects are left", heap_alive());
}

const struct canary paired_reference = {
	"paired-reference", start, { use_paired, drop_shared }, check_all_freed,
};

/* Both look, both free. */
static void free_if_there(void)
{
	struct object *object = shared;

	if (!object)
		return;
	heap_free(object);
	shared = 0;
}

const struct canary double_free = {
	"double-free", start, { free_if_there, free_if_there }, 0,
};

/* Freed after a grace period, which waits for who is in a section, and for who cannot be preempted. */

static void free_after_readers(void)
{
	struct object *object = shared;

	shared = 0;
	rcu_wait_for_readers();
	heap_free(object);
}

static void read_value(void)
{
	struct object *object = shared;

	if (object)
		object->value++;
}

static void read_in_section(void)
{
	rcu_enter();
	read_value();
	rcu_leave();
}

const struct canary rcu_reader = {
	"rcu-reader", start, { free_after_readers, read_in_section, read_in_section }, 0,
};

/* What was read before the section is not protected by it. */
static void read_before_section(void)
{
	struct object *object = shared;

	rcu_enter();
	if (object)
		object->value++;
	rcu_leave();
}

const struct canary rcu_late = {
	"rcu-late", start, { free_after_readers, read_before_section }, 0,
};

static void read_without_preemption(void)
{
	preempt_off();
	read_value();
	preempt_on();
}

const struct canary preempt_reader = {
	"preempt-reader", start, { free_after_readers, read_without_preemption }, 0,
};

/* A stack without locks: two objects, first over second. */

static void push(struct object *object)
{
	do {
		object->next = top;
	} while (!compare_exchange((void **)&top, object->next, object));
}

static struct object *pop(void)
{
	struct object *object;

	do {
		object = top;
		if (!object)
			return 0;
	} while (!compare_exchange((void **)&top, object, object->next));
	return object;
}

static int taken[2];

static void start_stack(void)
{
	struct object *second = heap_take(sizeof(*second)), *first = heap_take(sizeof(*first));

	top = 0;
	second->value = 1;
	first->value = 0;
	push(second);
	push(first);
}

static void pop_one(void)
{
	struct object *object = pop();

	if (object)
		add_return(&taken[object->value], 1);
}

/* Takes both and puts the first back: to the other thread, nothing has changed. */
static void pop_two_push_one(void)
{
	struct object *first = pop(), *second = pop();

	if (second)
		add_return(&taken[second->value], 1);
	if (first)
		push(first);
}

static void check_taken_once(void)
{
	struct object *object;

	for (object = top; object; object = object->next)
		taken[object->value]++;
	if (taken[0] > 1 || taken[1] > 1)
		fail(FAIL_DATA, "an object of the stack has two owners");
}

const struct canary aba = {
	"aba", start_stack, { pop_one, pop_two_push_one }, check_taken_once,
};

/* Where an object lies must not depend on who allocated first. */
static struct object *own[2];

static void take_first(void)
{
	own[0] = heap_take(sizeof(struct object));
}

static void take_second(void)
{
	own[1] = heap_take(sizeof(struct object));
}

/* The first of a thread: it lies at the start of its part, behind its header. */
static void check_addresses(void)
{
	int i;

	for (i = 0; i < 2; i++)
		if ((unsigned long)own[i] != SLAB + (i + 1) * SLAB_EACH + 16)
			fail(FAIL_DATA, "thread %d was given %p", i + 1, (void *)own[i]);
}

const struct canary allocation_order = {
	"allocation-order", start, { take_first, take_second }, check_addresses,
};
