// SPDX-License-Identifier: GPL-2.0
/*
 * Writeback by zswap's shrinker, in the task that asks for memory: dropping
 * slab objects calls it.  zsmalloc compacts in the same call, and pages of
 * zspages migrate.
 */
#include "../churn.h"
#include "../lane.h"
#include "../stir.h"

#define SHRINKER_WORKERS 2
#define SHRINKER_MEMORY_KIB (24 * 1024)

static void drop(struct squeeze *squeeze)
{
	(void)squeeze;
	stir_zspages();
}

static void shrinker_worker(struct worker *worker)
{
	churn(worker, drop);
}

static void shrinker_run(struct lane_run *run)
{
	worker_fn fn[SHRINKER_WORKERS] = { shrinker_worker, shrinker_worker };

	if (!zswap_shrinker(true)) {
		lane_skip(run, "this zswap has no shrinker");
		return;
	}
	lane_fail(run, crew_run(run, fn, SHRINKER_WORKERS));
	zswap_shrinker(false);
}

DEFINE_LANE(shrinker,
	.needs_zswap = true,
	.memory_kib = SHRINKER_MEMORY_KIB,
	.run = shrinker_run
);
