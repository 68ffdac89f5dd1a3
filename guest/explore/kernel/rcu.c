// SPDX-License-Identifier: GPL-2.0
/*
 * RCU. A callback runs as early as one can: when no reader is left, in the
 * thread that left last, outside of its locks. So who goes on without
 * rcu_read_lock() has nothing that happens to be there still.
 */
#include "services.h"

#include <linux/rcupdate.h>

static struct rcu_head *waiting;

void rcu_run_callbacks(void)
{
	struct rcu_head *head;

	while (waiting && !rcu_has_readers()) {
		head = waiting;
		waiting = head->next;
		head->func(head);
	}
}

void __rcu_read_lock(void)
{
	rcu_enter();
}

void __rcu_read_unlock(void)
{
	rcu_leave();
	rcu_run_callbacks();
}

void synchronize_rcu(void)
{
	rcu_wait_for_readers();
	rcu_run_callbacks();
}

#undef call_rcu
void call_rcu(struct rcu_head *head, rcu_callback_t function)
{
	rcu_callback_queued();
	head->func = function;
	head->next = waiting;
	waiting = head;
	rcu_run_callbacks();
}
