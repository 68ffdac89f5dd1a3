// SPDX-License-Identifier: GPL-2.0
/*
 * Steady writeback.  Every worker keeps a region that does not fit: the
 * cgroup pushes its pages into zswap, zswap's full pool pushes the oldest to
 * the disk, and every page is verified when it comes back.
 */
#include <stddef.h>

#include "../lane.h"
#include "../region.h"

#define PUMP_WORKERS 3
#define PUMP_PAGES 3072
#define PUMP_MEMORY_KIB (10 * 1024)

/* From same-filled, over every way to share pages, to incompressible. */
static const uint16_t noises[] = {
	64, 200, 400, 700, 1000, 1300, 1600, 2000, 2300, 2700, 3000, 3200,
	3500, 3900, PAGE_BYTES, SAME_FILLED,
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
	while (region_fill(&region) &&
	       region_verify(&region, 0, region.pages))
		if (region.generation % 4 == 0)
			region_free(&region);
	region_close(&region);
}

static void pump_run(struct lane_run *run)
{
	worker_fn fn[PUMP_WORKERS] = {
		pump_worker, pump_worker, pump_worker,
	};

	lane_fail(run, crew_run(run, fn, PUMP_WORKERS));
}

const struct lane lane_pump = {
	.name = "pump",
	.needs_zswap = true,
	.memory_kib = PUMP_MEMORY_KIB,
	.run = pump_run,
};
