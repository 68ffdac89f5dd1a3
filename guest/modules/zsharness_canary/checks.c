// SPDX-License-Identifier: GPL-2.0
/* What the kernel's own checks report. */
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "faults.h"

static int canary_warn_on(void *mm)
{
	WARN_ON(HIDDEN(int, 1));
	return 0;
}

static int canary_warn_once(void *mm)
{
	WARN_ON_ONCE(HIDDEN(int, 1));
	return 0;
}

static int canary_warn_text(void *mm)
{
	WARN_ONCE(HIDDEN(int, 1), "canary: %d of %s left\n", 7, "nothing");
	return 0;
}

static int canary_list_add(void *mm)
{
	static LIST_HEAD(head);
	static struct list_head first, second;

	list_add(&first, &head);
	first.prev = &second;
	list_add(&second, &head);
	return 0;
}

static int canary_list_double_add(void *mm)
{
	static LIST_HEAD(head);
	static struct list_head only;

	list_add(&only, &head);
	list_add(HIDDEN(struct list_head *, &only), &head);
	return 0;
}

static int canary_list_del(void *mm)
{
	static LIST_HEAD(head);
	static struct list_head only;

	list_add(&only, &head);
	list_del(&only);
	list_del(HIDDEN(struct list_head *, &only));
	return 0;
}

static int canary_ref_inc(void *mm)
{
	refcount_t count = REFCOUNT_INIT(0);

	refcount_inc(&count);
	return 0;
}

static int canary_ref_underflow(void *mm)
{
	refcount_t count = REFCOUNT_INIT(0);

	return refcount_sub_and_test(1, &count);
}

static int canary_ref_saturated(void *mm)
{
	refcount_t count = REFCOUNT_INIT(INT_MAX);

	refcount_inc(&count);
	return 0;
}

static int canary_ref_leak(void *mm)
{
	refcount_t count = REFCOUNT_INIT(1);

	refcount_dec(&count);
	return 0;
}

#define SIZE 64

/* Checked before anything is copied: the address need not exist. */
static int canary_copy_out(void *mm)
{
	char *object = HIDDEN(char *, kzalloc(SIZE, GFP_KERNEL));
	int ret = copy_to_user((void __user *)0x10000, object,
			       HIDDEN(size_t, SIZE * 2)) != 0;

	kfree(object);
	return ret;
}

static int canary_copy_in(void *mm)
{
	char *object = HIDDEN(char *, kzalloc(SIZE, GFP_KERNEL));
	int ret = copy_from_user(object, (void __user *)0x10000,
				 HIDDEN(size_t, SIZE * 2)) != 0;

	kfree(object);
	return ret;
}

struct box {
	char small[16];
	char rest[48];
};

static int canary_fortify(void *mm)
{
	static struct box box;

	/* The compiler knows the size of the field, but not how much is copied. */
	memcpy(box.small, box.rest, HIDDEN(size_t, sizeof(box.small) * 8));
	return 0;
}

static int canary_shift(void *mm)
{
	return HIDDEN(int, 1) << HIDDEN(int, 40);
}

/* KASAN sees nothing: the access stays in the object. */
static struct {
	int few[4];
	int more[16];
} numbers;

static int canary_index(void *mm)
{
	return READ_ONCE(numbers.few[HIDDEN(int, 9)]);
}

static void tick(struct timer_list *timer)
{
}

/* Freed while its timer is armed, which debugobjects watches. */
static int canary_free_active(void *mm)
{
	struct timer_list *timer = kzalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return -ENOMEM;
	timer_setup(timer, tick, 0);
	mod_timer(timer, jiffies + 1000 * HZ);
	kfree(timer);
	return 0;
}

static void work(struct work_struct *item)
{
}

static int canary_init_active(void *mm)
{
	static struct delayed_work later;

	INIT_DELAYED_WORK(&later, work);
	schedule_delayed_work(&later, 1000 * HZ);
	INIT_DELAYED_WORK(&later, work);
	return 0;
}

const struct fault check_faults[] = {
	{ "warn-on", canary_warn_on },
	{ "warn-once", canary_warn_once },
	{ "warn-text", canary_warn_text },
	{ "list-add", canary_list_add },
	{ "list-double-add", canary_list_double_add },
	{ "list-del", canary_list_del },
	{ "ref-inc", canary_ref_inc },
	{ "ref-underflow", canary_ref_underflow },
	{ "ref-saturated", canary_ref_saturated },
	{ "ref-leak", canary_ref_leak },
	{ "copy-out", canary_copy_out },
	{ "copy-in", canary_copy_in },
	{ "fortify", canary_fortify },
	{ "shift", canary_shift },
	{ "index", canary_index },
	{ "free-active", canary_free_active },
	{ "init-active", canary_init_active },
	{ }
};
