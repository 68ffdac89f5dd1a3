// SPDX-License-Identifier: GPL-2.0
/*
 * Slots that come round: the swap has room for few pages, so a slot holds
 * another page soon after it was freed, also while zswap writes back what was
 * in it.  Each page must come back as it was written last.
 */
#include <string.h>
#include <unistd.h>

#include "../files.h"
#include "../lane.h"
#include "../records.h"
#include "../region.h"
#include "../squeeze.h"
#include "../swapdev.h"
#include "../zswap.h"

#define REUSE_WORKERS 2
#define REUSE_PAGES 12
#define REUSE_SLOTS 28
#define REUSE_MEMORY_KIB (8 * 1024)
#define REUSE_PAUSE_US 4000
#define THROWN_AWAY 8

enum { REUSES };

static const uint16_t noises[] = { 16, 150, 400, 900, 1500, 2200, 3000 };

/* Half of the turns leave the slots to whoever comes first. */
static bool turn(struct region *region, uint64_t *random)
{
	region->noise_arg = noises[next_random(random) %
				   (sizeof(noises) / sizeof(noises[0]))];
	if (!region_fill(region))
		return false;
	region_pageout_all(region);
	if (!worker_sleep_us(region->worker,
			     next_random(random) % REUSE_PAUSE_US) ||
	    !region_verify(region, 0, region->pages))
		return false;
	if (next_random(random) % 2)
		region_free(region);
	return true;
}

static void reuse_worker(struct worker *worker)
{
	struct region region;

	if (!region_open(&region, worker, worker->number, REUSE_PAGES))
		return;
	while (turn(&region, &worker->random))
		;
	region_close(&region);
}

static void reuse_squeezer(struct worker *worker)
{
	struct squeeze squeeze;

	if (!squeeze_open(&squeeze, worker->random))
		return;
	/* More of them would fill the swap. */
	squeeze.pages = THROWN_AWAY;
	squeeze.brief = true;
	while (worker_sleep_us(worker, next_random(&worker->random) %
				       REUSE_PAUSE_US))
		squeeze_once(&squeeze);
}

static int64_t known(int64_t value)
{
	return value == NONE ? 0 : value;
}

/*
 * Pages that were put into a slot since boot.  zswap's worker puts those that
 * it writes back where they belong, and the kernel counts them once more.
 */
static int64_t pages_out(void)
{
	return known(read_key("/proc/vmstat", "zswpout")) +
	       known(read_key("/proc/vmstat", "pswpout")) -
	       known(zswap_written_back());
}

static void reuse_run(struct lane_run *run)
{
	worker_fn fn[REUSE_WORKERS + 1] = {
		reuse_worker, reuse_worker, reuse_squeezer,
	};
	int ret = swapdev_resize(REUSE_SLOTS);
	int64_t out = pages_out();

	if (!ret) {
		lane_fail(run, crew_run(run, fn, REUSE_WORKERS + 1));
		/* All but the first of each slot needed a used one. */
		out = pages_out() - out - REUSE_SLOTS;
		atomic_store(&run->shared->count[REUSES], out > 0 ? out : 0);
	}
	/* Each slot must be free or have an owner, or swapoff does not end. */
	ret = swapdev_resize(SWAPDEV_WHOLE) ?: ret;
	if (ret)
		lane_fail(run, strerror(-ret));
}

DEFINE_LANE(reuse,
	.needs_zswap = true,
	.asks_writeback = true,
	.memory_kib = REUSE_MEMORY_KIB,
	.counters = { [REUSES] = "reuses" },
	.run = reuse_run
);
