// SPDX-License-Identifier: GPL-2.0
/* Work queues: an item waits until a thread of the scenario runs it. */
#include "services.h"

#include <linux/workqueue.h>

#define QUEUED_MAX 16

struct workqueue_struct *system_wq, *system_percpu_wq;

static struct work_struct *queued[QUEUED_MAX];
static int queued_count;

/* Queueing an item that is queued already does nothing, as in the kernel. */
static int is_queued(struct work_struct *work)
{
	int i;

	for (i = 0; i < queued_count; i++)
		if (queued[i] == work)
			return 1;
	return 0;
}

bool queue_work_on(int cpu, struct workqueue_struct *queue, struct work_struct *work)
{
	access_atomic((unsigned long)&work->data, 8, ACCESS_WRITE, 1, CALLER);
	if (is_queued(work))
		return false;
	if (queued_count == QUEUED_MAX)
		explorer_lacks("room for more queued work");
	queue_accessed(1);
	queued[queued_count++] = work;
	return true;
}

static void take_out(int index)
{
	queue_accessed(1);
	queued_count--;
	for (; index < queued_count; index++)
		queued[index] = queued[index + 1];
}

/* What each thread runs, the innermost first. */
static struct running {
	struct work_struct *work;
	struct running *outer;
} *running[FIBERS];

static int nobody_else_runs(void *work)
{
	struct running *at;
	int t;

	for (t = 0; t < FIBERS; t++)
		for (at = running[t]; at; at = at->outer)
			if (at->work == work)
				return 0;
	return 1;
}

/* Who takes it off the queue is the only one to run it; an item never runs twice at once. */
static void run(int index)
{
	struct running own = { queued[index], running[current_fiber] };

	take_out(index);
	if (!nobody_else_runs(own.work))
		wait_until(nobody_else_runs, own.work, "a work item that runs");
	running[current_fiber] = &own;
	access_atomic((unsigned long)&own.work->data, 8, ACCESS_WRITE, 1, CALLER);
	own.work->func(own.work);
	running[current_fiber] = own.outer;
}

/* flush_work(), cancel_work_sync(): who runs it is waited for. */
static bool wait_for_end(struct work_struct *work)
{
	queue_accessed(0);
	if (nobody_else_runs(work))
		return false;
	wait_until(nobody_else_runs, work, "a work item that runs");
	return true;
}

bool flush_work(struct work_struct *work)
{
	int i;

	queue_accessed(0);
	for (i = 0; i < queued_count; i++) {
		if (queued[i] != work)
			continue;
		run(i);
		return true;
	}
	return wait_for_end(work);
}

bool cancel_work_sync(struct work_struct *work)
{
	bool was_queued = false;
	int i;

	queue_accessed(0);
	for (i = 0; i < queued_count && !was_queued; i++)
		if (queued[i] == work) {
			take_out(i);
			was_queued = true;
		}
	wait_for_end(work);
	return was_queued;
}

struct work_struct *work_take_last(void)
{
	return queued_count ? queued[--queued_count] : NULL;
}

int work_run_one(void)
{
	queue_accessed(0);
	if (!queued_count)
		return 0;
	run(0);
	return 1;
}

void work_run_all(void)
{
	while (work_run_one())
		;
}
