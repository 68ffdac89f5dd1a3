// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that come back from zswap, are written again while zswap still has
 * their entries, and go out again when zswap takes no page: the limit is 0, or
 * it is off.  The old content must not come back.
 *
 * An entry outlives its page's way back in two ways.  Where loads keep it, a
 * read fault is enough.  Elsewhere another thread must find the page in the
 * swap cache while it is on its way out.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "../cgroup.h"
#include "../lane.h"
#include "../records.h"
#include "../region.h"

#define REDIRTY_PAGES 64
#define REDIRTY_MEMORY_KIB (16 * 1024)
#define CLOSINGS 2
#define WRITE_TRIES 20
#define WRITE_US 10000

enum { OVERLAPS, PAST };

static const uint16_t noises[] = { 16, 200, 600, 1300, 2000, 2700, 3300 };

struct toucher {
	struct region *region;
	atomic_bool stop;
};

static void touch_all(struct region *region)
{
	uint32_t i;

	for (i = 0; i < region->pages; i++)
		region_touch(region, i);
}

static void *touch_until_stopped(void *argument)
{
	struct toucher *toucher = argument;

	while (!atomic_load(&toucher->stop))
		touch_all(toucher->region);
	return NULL;
}

/* Page all out while another thread reads them. */
static bool pageout_touched(struct region *region)
{
	struct toucher toucher = { .region = region };
	pthread_t thread;

	if (pthread_create(&thread, NULL, touch_until_stopped, &toucher))
		return false;
	region_pageout_all(region);
	atomic_store(&toucher.stop, true);
	pthread_join(thread, NULL);
	return true;
}

/*
 * The entries whose pages are in memory too: those made since, less a page out
 * of memory for each.  Evictions and late frees only make it too small.
 */
static int64_t overlaps(struct region *region, int64_t stored_before)
{
	int64_t made = zswap_stored() - stored_before;
	int64_t out = region->pages - region_resident(region);
	int64_t both = made - out;

	return both > 0 ? both : 0;
}

static bool store_and_return(struct region *region, unsigned int round)
{
	int64_t before = zswap_stored();

	if (round % 2) {
		region_pageout_all(region);
		touch_all(region);
	} else if (!pageout_touched(region)) {
		return false;
	}
	worker_count(region->worker, OVERLAPS, overlaps(region, before));
	return true;
}

/*
 * Page out until all are gone: a page that is written to the disk stays in the
 * swap cache, and would be read from there.  Only reclaim drops it then.
 */
static void pageout_for_good(struct region *region)
{
	int tries = WRITE_TRIES;

	region_pageout_all(region);
	while (region_resident(region) && --tries) {
		usleep(WRITE_US);
		cgroup_reclaim_kib(region->pages * (PAGE_BYTES / 1024));
	}
	worker_count(region->worker, PAST,
		     region->pages - region_resident(region));
}

/* Where a page goes out now, it goes to the disk. */
static void pageout_past_zswap(struct region *region, unsigned int round,
			       int64_t limit)
{
	bool by_limit = round / 2 % CLOSINGS;

	if (by_limit)
		zswap_limit(0);
	else
		zswap_enable(false);
	pageout_for_good(region);
	if (by_limit)
		zswap_limit(limit);
	else
		zswap_enable(true);
}

static bool redirty_round(struct region *region, unsigned int round,
			  int64_t limit)
{
	region->noise_arg = noises[round % (sizeof(noises) /
					    sizeof(noises[0]))];
	if (!region_fill(region) || !store_and_return(region, round) ||
	    !region_verify(region, 0, region->pages) || !region_fill(region))
		return false;
	pageout_past_zswap(region, round, limit);
	if (!region_verify(region, 0, region->pages))
		return false;
	region_free(region);
	return true;
}

static void redirty_worker(struct worker *worker)
{
	int64_t limit = zswap_limit_now();
	unsigned int round = 0;
	struct region region;

	if (!region_open(&region, worker, 0, REDIRTY_PAGES))
		return;
	while (redirty_round(&region, round, limit == NONE ? 1 : limit))
		round++;
	region_close(&region);
}

/* One worker: the entries of another would be counted with its own. */
static void redirty_run(struct lane_run *run)
{
	worker_fn fn[1] = { redirty_worker };

	lane_fail(run, crew_run(run, fn, 1));
	zswap_enable(true);
}

DEFINE_LANE(redirty,
	.needs_zswap = true,
	.memory_kib = REDIRTY_MEMORY_KIB,
	.counters = { [OVERLAPS] = "overlaps", [PAST] = "past" },
	.run = redirty_run
);
