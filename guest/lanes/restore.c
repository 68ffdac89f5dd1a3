// SPDX-License-Identifier: GPL-2.0
/*
 * Evictions that fail.  The page of every k-th object is in the swap cache,
 * so zswap's writeback returns -EEXIST, and reclaim must restore the free
 * list of a zspage that is half evicted.  The lane then stores into that
 * zspage and verifies it.
 */
#include <stddef.h>

#include "../failslab.h"
#include "../lane.h"
#include "../refill.h"

#define RESTORE_WORKERS 2
#define RESTORE_PAGES 128
#define RESTORE_MEMORY_KIB (16 * 1024)
#define RESTORE_PAUSE_US 20000
#define RESTORE_STIR_EVERY 2

/* One size for each kind of zspage: their free lists differ. */
static const uint16_t noises[] = {
	16, 60, 120, 250, 420, 700, 1000, 1280, 1450, 1600, 2050, 2400, 2700,
	2900, 3400,
};

static struct refill_step random_step(struct worker *worker)
{
	uint64_t *random = &worker->random;
	struct refill_step step = {
		.noise = noises[next_random(random) %
				(sizeof(noises) / sizeof(noises[0]))],
		.pages = RESTORE_PAGES / 4 +
			 next_random(random) % (RESTORE_PAGES * 3 / 4),
		.touch_every = 2 + next_random(random) % 9,
		.squeezes = 1 + next_random(random) % 3,
		.pause_us = RESTORE_PAUSE_US,
		.stir = next_random(random) % RESTORE_STIR_EVERY == 0,
	};

	return step;
}

static void restore_worker(struct worker *worker)
{
	struct refill_step step;
	struct refill refill;

	if (!refill_open(&refill, worker, RESTORE_PAGES))
		return;
	do {
		step = random_step(worker);
	} while (refill_store(&refill, &step) && refill_reuse(&refill, &step));
	refill_close(&refill);
}

static void restore_run(struct lane_run *run)
{
	worker_fn fn[RESTORE_WORKERS] = { restore_worker, restore_worker };

	failslab_kworkers(true);
	lane_fail(run, crew_run(run, fn, RESTORE_WORKERS));
	failslab_kworkers(false);
}

DEFINE_LANE(restore,
	.needs_zswap = true,
	.memory_kib = RESTORE_MEMORY_KIB,
	.run = restore_run
);
