// SPDX-License-Identifier: GPL-2.0
#include "churn.h"

#include <stddef.h>

#include "records.h"
#include "region.h"
#include "squeeze.h"

#define REGIONS 96
#define PAGES 16
#define LAG 8

/* From same-filled to incompressible, with every kind of zspage between. */
static const uint16_t noises[] = {
	16, 40, 64, 100, 150, 200, 300, 400, 600, 800, 1000, 1200, 1450, 1600,
	2000, 2250, 2500, 2750, 2900, 3100, 3500, PAGE_BYTES, SAME_FILLED,
};

static uint32_t churn_noise(const struct region *region, uint32_t index)
{
	uint64_t pick = mix64((uint64_t)region->id << 32 | index);

	return noises[pick % (sizeof(noises) / sizeof(noises[0]))];
}

/* Verify what is there, sometimes free it, write the next generation. */
static bool turn(struct region *region)
{
	if (!region_verify(region, 0, region->pages))
		return false;
	if (region->generation % 4 == 3)
		region_free(region);
	return region_fill(region);
}

/* A region written recently: most of it is still in zswap. */
static bool recheck(struct region *regions, uint32_t index)
{
	struct region *recent = &regions[(index + REGIONS - LAG) % REGIONS];

	return region_verify(recent, 0, recent->pages);
}

static bool open_all(struct region *regions, struct worker *worker)
{
	uint32_t i, id = worker->number * REGIONS;

	for (i = 0; i < REGIONS; i++) {
		if (!region_open(&regions[i], worker, id + i, PAGES))
			return false;
		regions[i].noise = churn_noise;
		regions[i].push = true;
	}
	return true;
}

void churn(struct worker *worker, void (*nudge)(struct squeeze *squeeze))
{
	static struct region regions[REGIONS];
	struct squeeze squeeze;
	uint32_t i;

	if (!open_all(regions, worker) ||
	    !squeeze_open(&squeeze, worker->random))
		return;
	for (i = 0; turn(&regions[i]); ) {
		if (nudge)
			nudge(&squeeze);
		i = (i + 1) % REGIONS;
		if (i % 2 && !recheck(regions, i))
			break;
	}
	for (i = 0; i < REGIONS; i++)
		region_close(&regions[i]);
}
