// SPDX-License-Identifier: GPL-2.0
#include <linux/bug.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "canary.h"

/*
 * Run in a thread, so that an oops kills only that thread.  An oops in pid 1
 * would be reported as "Attempted to kill init".
 */
static int in_thread(int (*fn)(void *), const char *name)
{
	struct task_struct *task = kthread_run(fn, NULL, "%s", name);

	if (IS_ERR(task))
		return PTR_ERR(task);
	msleep(500);
	return 0;
}

int canary_kasan_uaf(unsigned int seconds)
{
	char *object = kmalloc(64, GFP_KERNEL);

	if (!object)
		return -ENOMEM;
	/* Hide it from the compiler, which would warn or drop the access. */
	OPTIMIZER_HIDE_VAR(object);
	kfree(object);
	OPTIMIZER_HIDE_VAR(object);
	WRITE_ONCE(object[8], 1);
	return 0;
}

int canary_warn(unsigned int seconds)
{
	WARN(1, "zsharness canary\n");
	return 0;
}

static DEFINE_MUTEX(canary_a);
static DEFINE_MUTEX(canary_b);

/* Both orders, one after the other: no deadlock, but a possible one. */
int canary_lockdep(unsigned int seconds)
{
	mutex_lock(&canary_a);
	mutex_lock(&canary_b);
	mutex_unlock(&canary_b);
	mutex_unlock(&canary_a);

	mutex_lock(&canary_b);
	mutex_lock(&canary_a);
	mutex_unlock(&canary_a);
	mutex_unlock(&canary_b);
	return 0;
}

static int null_deref(void *unused)
{
	int *nowhere = NULL;

	OPTIMIZER_HIDE_VAR(nowhere);
	WRITE_ONCE(*nowhere, 1);
	return 0;
}

int canary_null_deref(unsigned int seconds)
{
	return in_thread(null_deref, "zsharness-null");
}

int canary_panic(unsigned int seconds)
{
	panic("zsharness canary");
}

static int hostile_panic(void *unused)
{
	panic("zsharness canary \033[31m\033]0;owned\007]]>"
	      "<script>alert(1)</script><img src=x onerror=alert(1)>"
	      "\377\376\300\200 `|` # SKIP\rreboot: System halted");
}

/* The text of the panic and the task's name reach findings and reports. */
int canary_hostile_panic(unsigned int seconds)
{
	return in_thread(hostile_panic, "]]><i>\033[2J\377");
}

struct link {
	struct list_head list;
};

static int corrupt_list(void *unused)
{
	static LIST_HEAD(head);
	static struct link first, second;

	list_add_tail(&first.list, &head);
	list_add_tail(&second.list, &head);
	second.list.prev = &head;
	list_del(&first.list);
	return 0;
}

int canary_list_corruption(unsigned int seconds)
{
	return in_thread(corrupt_list, "zsharness-list");
}
