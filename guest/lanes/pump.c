// SPDX-License-Identifier: GPL-2.0
/*
 * Steady writeback.  Every worker keeps a region that does not fit: the
 * cgroup pushes its pages into zswap, zswap's full pool pushes the oldest to
 * the disk, and every page is verified when it comes back.
 */
#include <stddef.h>

#include "../lane.h"
#include "../records.h"
#include "../region.h"

#define PUMP_WORKERS 2
#define PUMP_PAGES 3072
#define PUMP_MEMORY_KIB (24 * 1024)
/*
 * With 100 a pool of exactly its limit is neither full, so nothing shrinks
 * it, nor may it accept anything: writeback would stop for good.
 */
#define PUMP_ACCEPT 110

/* From same-filled, over every way to share pages, to incompressible. */
static const uint16_t noises[] = {
	16, 40, 64, 100, 150, 200, 300, 400, 600, 800, 1000, 1200, 1450, 1600,
	2000, 2250, 2500, 2750, 2900, 3100, 3500, PAGE_BYTES, SAME_FILLED,
};

static uint32_t pump_noise(const struct region *region, uint32_t index)
{
	uint64_t pick = mix64((uint64_t)region->id << 32 | index);

	return noises[pick % (sizeof(noises) / sizeof(noises[0]))];
}

static void pump_worker(struct worker *worker)
{
	struct region region;

	if (!region_open(&region, worker, worker->number, PUMP_PAGES))
		return;
	region.noise = pump_noise;
	region.push = true;
	while (region_fill(&region) &&
	       region_verify(&region, 0, region.pages))
		if (region.generation % 4 == 0)
			region_free(&region);
	region_close(&region);
}

static void pump_run(struct lane_run *run)
{
	worker_fn fn[PUMP_WORKERS] = {
		pump_worker, pump_worker,
	};

	int64_t accept = zswap_accept_now();

	zswap_accept(PUMP_ACCEPT);
	lane_fail(run, crew_run(run, fn, PUMP_WORKERS));
	if (accept != NONE)
		zswap_accept(accept);
}

const struct lane lane_pump = {
	.name = "pump",
	.needs_zswap = true,
	.memory_kib = PUMP_MEMORY_KIB,
	.run = pump_run,
};
