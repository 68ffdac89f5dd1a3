// SPDX-License-Identifier: GPL-2.0
/*
 * Misused locks and contexts.  Lockdep reports once in a boot, and only what
 * no earlier report has made it give up.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "faults.h"

static DEFINE_SPINLOCK(outer);
static DEFINE_MUTEX(sleeper);

static int canary_sleeping(void *mm)
{
	spin_lock(&outer);
	mutex_lock(&sleeper);
	mutex_unlock(&sleeper);
	spin_unlock(&outer);
	return 0;
}

static int canary_atomic_schedule(void *mm)
{
	preempt_disable();
	/* The report resets the count, so that nothing is to be enabled. */
	schedule_timeout_uninterruptible(1);
	return 0;
}

static int canary_preemptible(void *mm)
{
	return smp_processor_id();
}

/* Zeroed memory is no lock; lockdep, if it is still on, says so first. */
static int canary_spin_magic(void *mm)
{
	spinlock_t *lock = kzalloc(sizeof(*lock), GFP_KERNEL);

	if (!lock)
		return -ENOMEM;
	spin_lock(lock);
	spin_unlock(lock);
	return 0;
}

struct pair {
	struct mutex a;
	struct mutex b;
};

static int canary_circular(void *mm)
{
	static DEFINE_MUTEX(one);
	static DEFINE_MUTEX(two);

	mutex_lock(&one);
	mutex_lock(&two);
	mutex_unlock(&two);
	mutex_unlock(&one);
	mutex_lock(&two);
	mutex_lock(&one);
	mutex_unlock(&one);
	mutex_unlock(&two);
	return 0;
}

/* One class for all that it initialises. */
static void pair_init(struct mutex *lock)
{
	mutex_init(lock);
}

/* Two locks of one class. */
static int canary_recursive(void *mm)
{
	static struct pair pair;

	pair_init(&pair.a);
	pair_init(&pair.b);
	mutex_lock(&pair.a);
	mutex_lock(&pair.b);
	mutex_unlock(&pair.b);
	mutex_unlock(&pair.a);
	return 0;
}

static DEFINE_SPINLOCK(shared);

static void canary_tick(struct timer_list *timer)
{
	spin_lock(&shared);
	spin_unlock(&shared);
}

static int canary_inconsistent(void *mm)
{
	static struct timer_list timer;

	timer_setup(&timer, canary_tick, 0);
	mod_timer(&timer, jiffies + 1);
	msleep(100);
	spin_lock(&shared);
	spin_unlock(&shared);
	return 0;
}

static int canary_unlock_balance(void *mm)
{
	mutex_unlock(&sleeper);
	return 0;
}

static int canary_held_freed(void *mm)
{
	struct mutex *lock = kmalloc(sizeof(*lock), GFP_KERNEL);

	if (!lock)
		return -ENOMEM;
	mutex_init(lock);
	mutex_lock(lock);
	kfree(lock);
	return 0;
}

static int canary_wait_context(void *mm)
{
	static DEFINE_RAW_SPINLOCK(raw);

	raw_spin_lock(&raw);
	spin_lock(&outer);
	spin_unlock(&outer);
	raw_spin_unlock(&raw);
	return 0;
}

static int __rcu *published;

static int canary_rcu_usage(void *mm)
{
	return rcu_dereference(published) != NULL;
}

/* The thread ends with it. */
static int canary_held_exit(void *mm)
{
	static DEFINE_MUTEX(kept);

	mutex_lock(&kept);
	return 0;
}

static void canary_leak_atomic(struct work_struct *item)
{
	preempt_disable();
}

static int canary_work_leaked(void *mm)
{
	static DECLARE_WORK(leaky, canary_leak_atomic);

	schedule_work(&leaky);
	flush_work(&leaky);
	return 0;
}

const struct fault lock_faults[] = {
	{ "sleeping", canary_sleeping },
	{ "atomic-schedule", canary_atomic_schedule },
	{ "preemptible", canary_preemptible },
	{ "spin-magic", canary_spin_magic },
	{ "circular", canary_circular },
	{ "recursive", canary_recursive },
	{ "inconsistent", canary_inconsistent },
	{ "unlock-balance", canary_unlock_balance },
	{ "held-freed", canary_held_freed },
	{ "wait-context", canary_wait_context },
	{ "rcu-usage", canary_rcu_usage },
	{ "held-exit", canary_held_exit },
	{ "work-leaked", canary_work_leaked },
	{ }
};
