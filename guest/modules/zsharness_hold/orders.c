// SPDX-License-Identifier: GPL-2.0
/*
 * Which point was passed after which one of another CPU.  The guest looks for
 * new orders when it searches for a race.
 */
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>

#include "hold.h"

#define CPUS_MAX	8
/* What lies further apart did not meet. */
#define APART_NS	(2 * NSEC_PER_MSEC)

static DECLARE_BITMAP(orders, POINTS_MAX * POINTS_MAX);
static atomic_t seen;

static struct {
	int point;
	u64 ns;
} last[CPUS_MAX];

void orders_note(int index)
{
	unsigned int cpu = raw_smp_processor_id(), other;
	u64 now = ktime_get_mono_fast_ns();

	if (cpu >= CPUS_MAX)
		return;
	for (other = 0; other < CPUS_MAX; other++) {
		int before = READ_ONCE(last[other].point);

		if (other == cpu || before == NO_POINT ||
		    now - READ_ONCE(last[other].ns) > APART_NS)
			continue;
		if (!test_and_set_bit(before * POINTS_MAX + index, orders))
			atomic_inc(&seen);
	}
	WRITE_ONCE(last[cpu].ns, now);
	WRITE_ONCE(last[cpu].point, index);
}
NOKPROBE_SYMBOL(orders_note);

void orders_forget(void)
{
	unsigned int cpu;

	for (cpu = 0; cpu < CPUS_MAX; cpu++)
		WRITE_ONCE(last[cpu].point, NO_POINT);
}

unsigned int orders_seen(void)
{
	return atomic_read(&seen);
}
