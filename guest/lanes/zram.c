// SPDX-License-Identifier: GPL-2.0
/*
 * zsmalloc without zpool: swap on zram, with verified data.  Without zswap,
 * and so without ZPOOL, zram is what uses zsmalloc.c.
 */
#include <stddef.h>
#include <string.h>

#include "../lane.h"
#include "../region.h"
#include "../stir.h"
#include "../swapdev.h"
#include "../zram.h"

#define ZRAM_WORKERS 2
#define ZRAM_PAGES 640
#define ZRAM_BYTES (128LL << 20)
#define COMPACT_PAUSE_US 4000
#define ZRAM_MEMORY_KIB 2560
/* Of so many pages one stays when a region is thinned. */
#define THIN 4

static const uint16_t noises[] = {
	SAME_FILLED, 64, 200, 500, 900, 1300, 1600, 2000, 2400, 2700, 2900,
	3100, 3500, PAGE_BYTES,
};

static uint32_t zram_noise(const struct region *region, uint32_t index)
{
	uint64_t pick = mix64((uint64_t)region->id << 32 | index);

	return noises[pick % (sizeof(noises) / sizeof(noises[0]))];
}

/*
 * Zspages with a few objects are what compaction moves.  The pages around
 * each one that stays go just before it is read: were they gone all at once,
 * the first compaction would have moved everything by then.
 */
static bool read_thinned(struct region *region)
{
	uint32_t i;

	for (i = 0; i + THIN <= region->pages; i += THIN) {
		region_drop(region, i + 1, THIN - 1);
		if (!region_verify(region, i, 1))
			return false;
	}
	region_free(region);
	return true;
}

static void zram_worker(struct worker *worker)
{
	struct region region;

	if (!region_open(&region, worker, worker->number, ZRAM_PAGES))
		return;
	region.noise = zram_noise;
	while (region_fill(&region) &&
	       region_verify(&region, 0, region.pages)) {
		if (!read_thinned(&region))
			break;
		stir_zspages();
	}
	region_close(&region);
}

/* Objects move while the others read and write them. */
static void zram_compactor(struct worker *worker)
{
	while (worker_sleep_us(worker, next_random(&worker->random) %
				       COMPACT_PAUSE_US))
		zram_put(0, "compact", "1");
}

static void zram_run(struct lane_run *run)
{
	worker_fn fn[ZRAM_WORKERS + 1] = {
		zram_worker, zram_worker, zram_compactor,
	};
	int ret;

	if (!zram_present()) {
		lane_skip(run, "this kernel has no zram");
		return;
	}
	if (zswap_present() && run->config->reclaim == RECLAIM_ZSMALLOC) {
		lane_skip(run, "zswap has a zsmalloc pool; a second one "
			       "would use slab caches of the same names");
		return;
	}
	ret = zram_start(ZRAM_BYTES, SWAPDEV_WHOLE);
	if (ret) {
		lane_fail(run, strerror(-ret));
		return;
	}
	lane_fail(run, crew_run(run, fn, ZRAM_WORKERS + 1));
	ret = zram_stop();
	if (ret)
		lane_fail(run, strerror(-ret));
}

DEFINE_LANE(zram,
	.memory_kib = ZRAM_MEMORY_KIB,
	.run = zram_run
);
