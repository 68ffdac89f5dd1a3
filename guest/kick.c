// SPDX-License-Identifier: GPL-2.0
#include "kick.h"

#include <linux/futex.h>
#include <limits.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "squeeze.h"

#define NOBODY 0

/* Polling would take more CPU time than the workload. */
static void kick_wait(atomic_int *kick, int seen)
{
	struct timespec limit = { .tv_nsec = 50 * 1000 * 1000 };

	syscall(SYS_futex, kick, FUTEX_WAIT, seen, &limit, NULL, 0);
}

void kick_ask(struct worker *worker, int cpu)
{
	atomic_store(&worker->shared->kick, cpu + 1);
	syscall(SYS_futex, &worker->shared->kick, FUTEX_WAKE, INT_MAX, NULL,
		NULL, 0);
}

void kick_serve(struct worker *worker, int cpu)
{
	atomic_int *kick = &worker->shared->kick;
	struct squeeze squeeze;

	worker_pin(cpu);
	if (!squeeze_open(&squeeze, worker->random))
		return;
	while (worker_go(worker)) {
		int asked = cpu + 1;

		if (atomic_compare_exchange_strong(kick, &asked, NOBODY))
			squeeze_once(&squeeze);
		else
			kick_wait(kick, asked);
	}
}
