// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include "canary.h"

/* Call without preemption.  Timer ticks still come, so jiffies advance. */
static void spin(unsigned int seconds)
{
	unsigned long end = jiffies + seconds * HZ;

	while (time_before(jiffies, end))
		cpu_relax();
}

static void nothing(struct rcu_head *head)
{
}

int canary_rcu_stall(unsigned int seconds)
{
	static struct rcu_head head;

	rcu_read_lock();
	preempt_disable();
	/* There is a stall only while somebody waits for a grace period. */
	call_rcu(&head, nothing);
	spin(seconds);
	preempt_enable();
	rcu_read_unlock();
	/* The callback is code of this module. */
	rcu_barrier();
	return 0;
}

/* The loader suppresses RCU stall warnings, which would come first. */
int canary_soft_lockup(unsigned int seconds)
{
	preempt_disable();
	spin(seconds);
	preempt_enable();
	return 0;
}

int canary_hung_task(unsigned int seconds)
{
	unsigned long end = jiffies + seconds * HZ;

	/* One sleep: a wake-up would restart the watchdog's time-out. */
	while (time_before(jiffies, end)) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule_timeout(end - jiffies);
	}
	return 0;
}

static void spin_forever(void *unused)
{
	for (;;)
		cpu_relax();
}

/* Runs with interrupts off on every CPU, on this one last. */
int canary_dead_guest(unsigned int seconds)
{
	on_each_cpu(spin_forever, NULL, 0);
	return 0;
}
