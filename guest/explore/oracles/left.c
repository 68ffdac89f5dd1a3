// SPDX-License-Identifier: GPL-2.0
/* What a thread must not leave behind, and must not hold when it sleeps. */
#include "left.h"

#include "fiber.h"

void check_nothing_left(void)
{
	struct fiber *fiber = fiber_now();
	int count = world_preempt_count(current_fiber);

	if (fiber->locks)
		fail(FAIL_LEFT_OVER, "the thread ends with %d locks held", fiber->locks);
	if (fiber->rcu_depth)
		fail(FAIL_LEFT_OVER, "the thread ends within rcu_read_lock()");
	if (count)
		fail(FAIL_LEFT_OVER, "the thread ends with a preempt_count of %d", count);
}

void may_sleep(const char *what)
{
	struct fiber *fiber = fiber_now();
	int count = world_preempt_count(current_fiber);

	if (!fiber->atomic_locks && !fiber->rcu_depth && !count)
		return;
	fail(FAIL_SLEEP_IN_ATOMIC,
	     "sleeping in atomic context: %s, with %d spinlocks, a preempt_count of %d, rcu depth %d",
	     what, fiber->atomic_locks, count, fiber->rcu_depth);
}
