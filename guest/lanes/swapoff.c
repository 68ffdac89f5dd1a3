// SPDX-License-Identifier: GPL-2.0
/*
 * Swapoff while zswap writes back.  One worker takes the swap away and brings
 * it back; the others store, load and squeeze meanwhile.
 */
#include <string.h>
#include <unistd.h>

#include "../churn.h"
#include "../lane.h"
#include "../records.h"
#include "../swapdev.h"

#define SWAPOFF_WORKERS 2
/* All pages of the workers must fit when there is no swap. */
#define SWAPOFF_MEMORY_KIB (96 * 1024)
#define SWAPOFF_PAUSE_US 150000

static void swapoff_worker(struct worker *worker)
{
	churn(worker, squeeze_once);
}

static void swapoff_switcher(struct worker *worker)
{
	int ret = 0;

	while (!ret && worker_sleep_us(worker, next_random(&worker->random) %
					       SWAPOFF_PAUSE_US)) {
		ret = swapdev_again();
		if (!ret)
			atomic_fetch_add(&worker->shared->swapoffs, 1);
	}
	if (ret)
		_exit(-ret);
}

static void swapoff_run(struct lane_run *run)
{
	worker_fn fn[SWAPOFF_WORKERS + 1] = {
		swapoff_worker, swapoff_worker, swapoff_switcher,
	};

	lane_fail(run, crew_run(run, fn, SWAPOFF_WORKERS + 1));
	if (!atomic_load(&run->shared->swapoffs))
		lane_fail(run, "no swapoff came to its end");
}

DEFINE_LANE(swapoff,
	.needs_zswap = true,
	.asks_writeback = true,
	.memory_kib = SWAPOFF_MEMORY_KIB,
	.run = swapoff_run
);
