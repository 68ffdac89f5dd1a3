// SPDX-License-Identifier: GPL-2.0
/*
 * The files of the module in debugfs.
 *
 *	control		commands, one a write:
 *			probe SYMBOL OFFSET entry|breakpoint|return KEY WHOM
 *				(breakpoint: an entry that can be overridden)
 *			arm POINT UNTIL US	(UNTIL: a point, or -1)
 *			override POINT VALUE CALLS
 *			watch POINT
 *			results POINT		(count those that are not 0)
 *			disarm			(all)
 *	counters	a line for each point, and the orders seen
 *	held		the number of holds
 */
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "hold.h"

static DEFINE_MUTEX(commands);

static struct point *point_at(int number)
{
	return number >= 0 && number < point_count ? &points[number] : NULL;
}

static int place_parse(const char *text)
{
	static const char * const names[] = {
		[PLACE_ENTRY] = "entry",
		[PLACE_BREAKPOINT] = "breakpoint",
		[PLACE_RETURN] = "return",
	};
	int place;

	for (place = 0; place < ARRAY_SIZE(names); place++)
		if (!strcmp(text, names[place]))
			return place;
	return -EINVAL;
}

static int do_probe(const char *text)
{
	char symbol[64], place_text[16], key_text[16], whom_text[96];
	unsigned int offset;
	struct whom whom;
	struct key key;
	int place, ret;

	if (sscanf(text, "%63s %u %15s %15s %95s", symbol, &offset, place_text,
		   key_text, whom_text) != 5)
		return -EINVAL;
	place = place_parse(place_text);
	if (place < 0)
		return place;
	ret = key_parse(&key, key_text) ?: whom_parse(&whom, whom_text);
	return ret ?: point_add(symbol, offset, place, &key, &whom);
}

static int do_arm(const char *text)
{
	struct point *point;
	int number, until, ret;
	unsigned int us;

	if (sscanf(text, "%d %d %u", &number, &until, &us) != 3 ||
	    us > HOLD_US_MAX)
		return -EINVAL;
	point = point_at(number);
	if (!point || (until != NO_POINT && !point_at(until)))
		return -EINVAL;
	point->until = until;
	point->us = us;
	point->rests_until = 0;
	ret = until == NO_POINT ? 0 : point_enable(point_at(until));
	if (ret)
		return ret;
	WRITE_ONCE(point->armed, true);
	return point_enable(point);
}

static int do_override(const char *text)
{
	struct point *point;
	int number, calls;
	long value;

	if (sscanf(text, "%d %ld %d", &number, &value, &calls) != 3)
		return -EINVAL;
	point = point_at(number);
	if (!point || point->place != PLACE_BREAKPOINT)
		return -EINVAL;
	point->value = value;
	atomic_set(&point->calls, calls);
	WRITE_ONCE(point->overrides, true);
	return point_enable(point);
}

static struct point *point_in(const char *text)
{
	int number;

	return sscanf(text, "%d", &number) == 1 ? point_at(number) : NULL;
}

static int do_watch(const char *text)
{
	struct point *point = point_in(text);

	if (!point)
		return -EINVAL;
	point->watched = true;
	return point_enable(point);
}

static int do_results(const char *text)
{
	struct point *point = point_in(text);

	if (!point || point->place != PLACE_RETURN)
		return -EINVAL;
	point->counts_results = true;
	return 0;
}

static int do_disarm(const char *text)
{
	points_disarm();
	return 0;
}

static const struct {
	const char *name;
	int (*run)(const char *text);
} known[] = {
	{ "probe ", do_probe },
	{ "arm ", do_arm },
	{ "override ", do_override },
	{ "watch ", do_watch },
	{ "results ", do_results },
	{ "disarm", do_disarm },
};

static int command(char *text)
{
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		len = strlen(known[i].name);
		if (!strncmp(text, known[i].name, len))
			return known[i].run(text + len);
	}
	return -EINVAL;
}

static ssize_t control_write(struct file *file, const char __user *buffer,
			     size_t size, loff_t *pos)
{
	char *text;
	int ret;

	if (size > 512)
		return -EINVAL;
	text = memdup_user_nul(buffer, size);
	if (IS_ERR(text))
		return PTR_ERR(text);
	mutex_lock(&commands);
	ret = command(text);
	mutex_unlock(&commands);
	kfree(text);
	return ret ?: size;
}

static const struct file_operations control_fops = {
	.owner = THIS_MODULE,
	.write = control_write,
};

static int counters_show(struct seq_file *file, void *unused)
{
	int i, c;

	for (i = 0; i < point_count; i++) {
		for (c = 0; c < COUNTERS; c++)
			seq_printf(file, "%ld ",
				   atomic_long_read(&points[i].count[c]));
		seq_printf(file, "%lu\n", point_missed(&points[i]));
	}
	seq_printf(file, "orders %u\n", orders_seen());
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

static int held_show(struct seq_file *file, void *unused)
{
	seq_printf(file, "%ld\n", points_total(HELD));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(held);

/* A dying guest sends no more records, so print the last counts. */
static int count_at_panic(struct notifier_block *nb, unsigned long event,
			  void *message)
{
	unsigned int age_us;
	int i, last = wait_last(&age_us);

	if (last != NO_POINT)
		pr_emerg("zsharness_hold: last held at point %d, %u us ago\n",
			 last, age_us);
	for (i = 0; i < point_count; i++)
		if (points[i].armed)
			pr_emerg("zsharness_hold: point %d until %d for %u us: %ld reached, %ld held, %ld met, %ld timed out\n",
				 i, points[i].until, points[i].us,
				 atomic_long_read(&points[i].count[REACHED]),
				 atomic_long_read(&points[i].count[HELD]),
				 atomic_long_read(&points[i].count[MET]),
				 atomic_long_read(&points[i].count[TIMED_OUT]));
	pr_emerg("zsharness_hold: %ld hits in %ld windows\n", points_total(MET),
		 points_total(HELD));
	return NOTIFY_DONE;
}

static struct notifier_block at_panic = { .notifier_call = count_at_panic };

static int __init zsharness_hold_init(void)
{
	struct dentry *dir;
	int ret = wait_init();

	if (ret)
		return ret;
	orders_forget();
	dir = debugfs_create_dir("zsharness_hold", NULL);
	debugfs_create_file("control", 0200, dir, NULL, &control_fops);
	debugfs_create_file("counters", 0400, dir, NULL, &counters_fops);
	debugfs_create_file("held", 0400, dir, NULL, &held_fops);
	atomic_notifier_chain_register(&panic_notifier_list, &at_panic);
	return 0;
}

/* Probes may be in use at any time, so it stays until the machine ends. */
module_init(zsharness_hold_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Holds CPUs at chosen places to widen races");
