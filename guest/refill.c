// SPDX-License-Identifier: GPL-2.0
#include "refill.h"

#include <unistd.h>

#include "stir.h"

bool refill_open(struct refill *refill, struct worker *worker,
		 uint32_t capacity)
{
	uint32_t id = 2 * worker->number;

	refill->worker = worker;
	return region_open(&refill->old, worker, id, capacity) &&
	       region_open(&refill->fresh, worker, id + 1, capacity) &&
	       squeeze_open(&refill->squeeze, worker->random);
}

void refill_close(struct refill *refill)
{
	region_close(&refill->old);
	region_close(&refill->fresh);
}

static bool store(struct region *region, const struct refill_step *step)
{
	region->pages = step->pages;
	region->noise_arg = step->noise;
	if (!region_fill(region))
		return false;
	region_pageout_all(region);
	return true;
}

bool refill_store(struct refill *refill, const struct refill_step *step)
{
	return store(&refill->old, step);
}

static void touch_some(struct refill *refill, const struct refill_step *step)
{
	uint32_t i;

	if (!step->touch_every)
		return;
	i = next_random(&refill->worker->random) % step->touch_every;
	for (; i < step->pages; i += step->touch_every)
		region_touch(&refill->old, i);
}

static void squeeze_some(struct refill *refill, const struct refill_step *step)
{
	unsigned int i, pause = step->pause_us + 1;

	for (i = 0; i < step->squeezes; i++) {
		squeeze_once(&refill->squeeze);
		usleep(next_random(&refill->worker->random) % pause);
	}
}

static bool verify_all(struct region *region)
{
	return region_verify(region, 0, region->pages);
}

bool refill_reuse(struct refill *refill, const struct refill_step *step)
{
	touch_some(refill, step);
	squeeze_some(refill, step);
	if (step->stir)
		stir_zspages();
	if (!store(&refill->fresh, step) || !verify_all(&refill->fresh) ||
	    !verify_all(&refill->old))
		return false;
	region_free(&refill->old);
	region_free(&refill->fresh);
	return true;
}
