// SPDX-License-Identifier: GPL-2.0
/* Faults of locking, and a program that locks well. */
#include "canaries.h"

static struct lock first, second;
static int counter, limit;

static void start(void)
{
	counter = 0;
	limit = 1;
}

/* An error path forgets the lock; only the second of two threads takes it. */
static void add_below_limit(void)
{
	lock(&first);
	if (counter == limit)
		return;
	counter++;
	unlock(&first);
}

const struct canary lost_unlock = {
	"lost-unlock", start, { add_below_limit, add_below_limit }, 0,
};

static void first_then_second(void)
{
	lock(&first);
	lock(&second);
	counter++;
	unlock(&second);
	unlock(&first);
}

static void second_then_first(void)
{
	lock(&second);
	lock(&first);
	counter++;
	unlock(&first);
	unlock(&second);
}

const struct canary lock_order = {
	"lock-order", start, { first_then_second, second_then_first }, 0,
};

static void check_counter(void)
{
	if (counter != 2)
		fail(FAIL_DATA, "two additions make %d", counter);
}

const struct canary locked_counter = {
	"locked-counter", start, { first_then_second, first_then_second }, check_counter,
};

/* Without a lock an addition can be lost. */
static void add_unlocked(void)
{
	counter++;
}

const struct canary lost_update = {
	"lost-update", start, { add_unlocked, add_unlocked }, check_counter,
};

static void sleep_locked(void)
{
	lock(&first);
	may_sleep("a canary");
	unlock(&first);
}

const struct canary sleep_in_atomic = {
	"sleep-in-atomic", start, { sleep_locked }, 0,
};

static void start_unseen(void)
{
	start();
	unseen_set(0);
}

/* Fails if the other thread has begun before it reads, and ends before it has the lock. */
static void read_unseen(void)
{
	int seen = unseen_get();

	lock(&first);
	if (seen == 1 && unseen_get() == 2)
		fail(FAIL_DATA, "a value that was changed");
	unlock(&first);
}

/* It has no history yet when the value is 1. */
static void write_unseen(void)
{
	unseen_set(1);
	lock(&second);
	unseen_set(2);
	unlock(&second);
}

const struct canary unseen_read = {
	"unseen-read", start_unseen, { read_unseen, write_unseen }, 0,
};
