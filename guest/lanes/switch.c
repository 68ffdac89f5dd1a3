// SPDX-License-Identifier: GPL-2.0
/*
 * zswap's pools change while pages are in them: one worker chooses another
 * compressor and goes back, the others store, load and run into the limit. At
 * rest every pool but the current one must be gone.
 *
 * Where the pools of zsmalloc cannot have different names, another allocator
 * takes the place of the other compressor.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../checks.h"
#include "../files.h"
#include "../lane.h"
#include "../records.h"
#include "../region.h"

#define SWITCH_WORKERS 2
#define SWITCH_PAGES 96
#define SWITCH_MEMORY_KIB (16 * 1024)
#define SWITCH_PAUSE_US 40000
#define CLOSED_EVERY 4
#define RELEASE_MS 3000
#define HOME_TRIES 50

enum { SWITCHES };

static struct {
	const char *parameter;
	char home[32];
	const char *other;
	bool leaves_zsmalloc;	/* the other is none of its pools */
} kind;

static bool choose(const char *value)
{
	char now[32];

	return !write_text(kind.parameter, value) &&
	       read_text(kind.parameter, now, sizeof(now)) > 0 &&
	       !strcmp(now, value);
}

/* True, with the home chosen, when there are two to choose from. */
static bool find_kind(enum reclaim reclaim)
{
	bool by_compressor = reclaim == RECLAIM_MEMCG;

	kind.leaves_zsmalloc = !by_compressor;
	kind.parameter = by_compressor ? ZSWAP_PARAMETERS "compressor" :
					 ZSWAP_PARAMETERS "zpool";
	if (read_text(kind.parameter, kind.home, sizeof(kind.home)) <= 0)
		return false;
	if (!by_compressor)
		kind.other = "zbud";
	else
		kind.other = strcmp(kind.home, "lzo") ? "lzo" : "lzo-rle";
	return choose(kind.other) && choose(kind.home);
}

/* Later lanes need the pool that they expect. */
static bool go_home(void)
{
	int tries = HOME_TRIES;
	bool home;

	while (!(home = choose(kind.home)) && --tries)
		usleep(20000);
	return home;
}

static void store(struct region *region, bool closed)
{
	int64_t limit = zswap_limit_now();

	if (closed)
		zswap_limit(0);
	region_pageout_all(region);
	if (closed)
		zswap_limit(limit == NONE ? 1 : limit);
}

static void switch_worker(struct worker *worker)
{
	struct region region;

	if (!region_open(&region, worker, worker->number, SWITCH_PAGES))
		return;
	do {
		region.noise_arg = 100 + next_random(&worker->random) % 2800;
		if (!region_fill(&region))
			break;
		/* Only one of them moves the limit. */
		store(&region, !worker->number &&
				region.generation % CLOSED_EVERY == 0);
	} while (region_verify(&region, 0, region.pages));
	region_close(&region);
}

static void switch_switcher(struct worker *worker)
{
	bool home = true;

	while (worker_sleep_us(worker, next_random(&worker->random) %
				       SWITCH_PAUSE_US)) {
		home = !home;
		/* One that fails for want of memory is tried again. */
		if (choose(home ? kind.home : kind.other))
			worker_count(worker, SWITCHES, 1);
	}
	choose(kind.home);
}

static void switch_run(struct lane_run *run)
{
	worker_fn fn[SWITCH_WORKERS + 1] = {
		switch_worker, switch_worker, switch_switcher,
	};

	if (!find_kind(run->config->reclaim)) {
		lane_skip(run, "zswap has no second pool to choose");
		return;
	}
	lane_fail(run, crew_run(run, fn, SWITCH_WORKERS + 1));
	go_home();
}

/* A pool is released by a work item. */
static int64_t pools_left(int expected)
{
	int64_t end = now_ms() + RELEASE_MS;
	int count = zs_pools("zswap");

	while (count != expected && now_ms() < end) {
		usleep(20000);
		count = zs_pools("zswap");
	}
	return count < 0 ? NONE : count;
}

static void switch_drained(struct lane_run *run)
{
	int others = kind.leaves_zsmalloc ? 0 : 1;

	if (!choose(kind.other)) {
		check_state(run->name, "zswap-pools", others, NONE);
		return;
	}
	check_state(run->name, "zswap-pools", others, pools_left(others));
	if (!go_home())
		lane_fail(run, "zswap did not go back to its first pool");
	check_state(run->name, "zswap-pools", 1, pools_left(1));
}

DEFINE_LANE(switch,
	.needs_zswap = true,
	.mixes_pools = true,
	.memory_kib = SWITCH_MEMORY_KIB,
	.counters = { [SWITCHES] = "switches" },
	.run = switch_run,
	.drained = switch_drained
);
