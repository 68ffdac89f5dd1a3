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

static void run(int index)
{
	struct work_struct *work = queued[index];

	access_atomic((unsigned long)&work->data, 8, ACCESS_WRITE, 1, CALLER);
	/* Another thread may have run it at that point. */
	if (index >= queued_count || queued[index] != work)
		return;
	take_out(index);
	work->func(work);
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
	return false;
}

bool cancel_work_sync(struct work_struct *work)
{
	int i;

	queue_accessed(0);
	for (i = 0; i < queued_count; i++) {
		if (queued[i] != work)
			continue;
		take_out(i);
		return true;
	}
	return false;
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
