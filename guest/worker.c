// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <sched.h>
#include <unistd.h>

#include "crew.h"
#include "orders.h"
#include "records.h"

bool worker_go(struct worker *worker)
{
	struct shared *shared = worker->shared;
	int order = atomic_load(&shared->order);

	if (order == ORDER_HALT) {
		atomic_fetch_add(&shared->waiting, 1);
		while (order == ORDER_HALT) {
			usleep(2000);
			order = atomic_load(&shared->order);
		}
		atomic_fetch_sub(&shared->waiting, 1);
	}
	return order == ORDER_RUN;
}

bool worker_sleep_us(struct worker *worker, unsigned int us)
{
	usleep(us);
	return worker_go(worker);
}

void worker_count(struct worker *worker, int counter, int64_t more)
{
	atomic_fetch_add(&worker->shared->count[counter], more);
}

void worker_pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}
