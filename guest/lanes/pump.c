// SPDX-License-Identifier: GPL-2.0
/*
 * Steady writeback.  Every worker goes through its regions: it verifies one,
 * writes the next generation into it and pushes that into zswap.  zswap's
 * pool is full, so the oldest pages go to the disk.  Every page comes back,
 * from zswap or from the disk, and is verified before it is overwritten.
 */
#include <stddef.h>

#include "../lane.h"
#include "../records.h"
#include "../region.h"
#include "../squeeze.h"

#define PUMP_WORKERS 2
#define PUMP_REGIONS 96
#define PUMP_PAGES 16
#define PUMP_LAG 8
#define PUMP_MEMORY_KIB (24 * 1024)
/*
 * With 100, a pool of exactly its limit is not full, so it is not shrunk, and
 * accepts no page either.  Writeback would stop for good.
 */
#define PUMP_ACCEPT 110

/* From same-filled to incompressible, with every kind of zspage between. */
static const uint16_t noises[] = {
	16, 40, 64, 100, 150, 200, 300, 400, 600, 800, 1000, 1200, 1450, 1600,
	2000, 2250, 2500, 2750, 2900, 3100, 3500, PAGE_BYTES, SAME_FILLED,
};

static uint32_t pump_noise(const struct region *region, uint32_t index)
{
	uint64_t pick = mix64((uint64_t)region->id << 32 | index);

	return noises[pick % (sizeof(noises) / sizeof(noises[0]))];
}

/*
 * Verify what is there, sometimes free it, write the next generation.  The
 * squeeze makes zswap write back even when the pool is not full yet.
 */
static bool pump_turn(struct region *region, struct squeeze *squeeze)
{
	if (!region_verify(region, 0, region->pages))
		return false;
	if (region->generation % 4 == 3)
		region_free(region);
	if (!region_fill(region))
		return false;
	squeeze_once(squeeze);
	return true;
}

/* A region written recently: most of it is still in zswap. */
static bool pump_recheck(struct region *regions, uint32_t index)
{
	struct region *recent =
		&regions[(index + PUMP_REGIONS - PUMP_LAG) % PUMP_REGIONS];

	return region_verify(recent, 0, recent->pages);
}

static bool pump_open(struct region *regions, struct worker *worker)
{
	uint32_t i, id = worker->number * PUMP_REGIONS;

	for (i = 0; i < PUMP_REGIONS; i++) {
		if (!region_open(&regions[i], worker, id + i, PUMP_PAGES))
			return false;
		regions[i].noise = pump_noise;
		regions[i].push = true;
	}
	return true;
}

static void pump_worker(struct worker *worker)
{
	static struct region regions[PUMP_REGIONS];
	struct squeeze squeeze;
	uint32_t i;

	if (!pump_open(regions, worker) ||
	    !squeeze_open(&squeeze, worker->random))
		return;
	for (i = 0; pump_turn(&regions[i], &squeeze); ) {
		i = (i + 1) % PUMP_REGIONS;
		if (i % 2 && !pump_recheck(regions, i))
			break;
	}
	for (i = 0; i < PUMP_REGIONS; i++)
		region_close(&regions[i]);
}

static void pump_run(struct lane_run *run)
{
	worker_fn fn[PUMP_WORKERS] = { pump_worker, pump_worker };
	int64_t accept = zswap_accept_now();

	zswap_accept(PUMP_ACCEPT);
	lane_fail(run, crew_run(run, fn, PUMP_WORKERS));
	if (accept != NONE)
		zswap_accept(accept);
}

DEFINE_LANE(pump,
	.needs_zswap = true,
	.memory_kib = PUMP_MEMORY_KIB,
	.run = pump_run
);
