// SPDX-License-Identifier: GPL-2.0
/* Runs one fault of the tables in a thread, and waits until it is over. */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "faults.h"

/* A thread that oopses does not say that it is done. */
#define PATIENCE_MS 700

struct job {
	const struct fault *fault;
	struct mm_struct *mm;
	struct completion done;
};

static int canary_thread(void *data)
{
	struct job *job = data;

	job->fault->fn(job->mm);
	complete(&job->done);
	return 0;
}

static int run(const struct fault *fault)
{
	/* Never freed: the thread may outlive the wait. */
	struct job *job = kzalloc(sizeof(*job), GFP_KERNEL);
	struct task_struct *task;

	if (!job)
		return -ENOMEM;
	job->fault = fault;
	job->mm = current->mm;
	init_completion(&job->done);
	task = kthread_run(canary_thread, job, "canary");
	if (IS_ERR(task))
		return PTR_ERR(task);
	wait_for_completion_timeout(&job->done, msecs_to_jiffies(PATIENCE_MS));
	return 0;
}

int fault_plant(const char *kind)
{
	static const struct fault *const tables[] = {
		memory_faults, trap_faults, check_faults, lock_faults,
	};
	const struct fault *fault;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		for (fault = tables[i]; fault->kind; fault++)
			if (!strcmp(kind, fault->kind))
				return run(fault);
	return -ENOENT;
}
