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
/* The kernel frees slots in batches of 64: more than that go in a block. */
#define BLOCK 96
#define ZRAM_PAGES (2 * BLOCK)
#define ZRAM_BYTES (128LL << 20)
/* Most blocks are thinned in less, and read when the next one comes. */
#define COMPACT_PAUSE_US 16000
#define ZRAM_MEMORY_KIB 1024
/* Of so many pages one stays when a region is thinned. */
#define THIN 4
#define HALF_PAGE 1960

static const uint16_t noises[] = {
	SAME_FILLED, 64, 200, 500, 900, 1300, 1600, 2000, 2400, 2700, 2900,
	3100, 3500, PAGE_BYTES,
};

/*
 * The pages that stay, and those behind them, have a size of which two fill a
 * zspage of one page: with the other one gone, each is in a zspage that
 * compaction empties or fills.
 */
static uint32_t zram_noise(const struct region *region, uint32_t index)
{
	uint64_t pick = mix64((uint64_t)region->id << 32 | index);

	if (index % THIN < 2)
		return HALF_PAGE;
	return noises[pick % (sizeof(noises) / sizeof(noises[0]))];
}

static bool read_block(struct region *region, uint32_t first)
{
	uint32_t i;

	region_pageout(region, first, BLOCK);
	for (i = first; i < first + BLOCK; i += THIN)
		region_drop(region, i + 1, THIN - 1);
	for (i = first; i < first + BLOCK; i += THIN)
		if (!region_verify(region, i, 1))
			return false;
	return true;
}

/*
 * A compaction moves all that it can.  So pages go block by block, and each
 * block is read while the next compaction is still to come.
 */
static bool read_thinned(struct region *region)
{
	uint32_t first;

	for (first = 0; first < region->pages; first += BLOCK)
		if (!read_block(region, first))
			return false;
	region_free(region);
	return true;
}

static void zram_worker(struct worker *worker)
{
	struct region region;
	bool go = true;

	/* The other CPU compacts. */
	if (worker->number == 0)
		worker_pin(worker->cpus - 1);
	if (!region_open(&region, worker, worker->number, ZRAM_PAGES))
		return;
	region.noise = zram_noise;
	while (go && region_fill(&region)) {
		go = read_thinned(&region) && region_fill(&region) &&
		     region_verify(&region, 0, region.pages);
		if (go)
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
