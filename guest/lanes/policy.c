// SPDX-License-Identifier: GPL-2.0
/*
 * What a cgroup forbids holds for the cgroups in it.  A worker in the inner
 * one stores more than a limit allows, so that each store asks zswap to write
 * a page back, in four rounds: the outer one forbids writeback, the inner one
 * does, none does, and the outer one forbids zswap.
 */
#include <stddef.h>
#include <unistd.h>

#include "../checks.h"
#include "../lane.h"
#include "../nest.h"
#include "../pages.h"
#include "../records.h"
#include "../region.h"
#include "../squeeze.h"

#define POLICY_PAGES 192
/* Too few for any limit. */
#define POLICY_FIRST 16
#define POLICY_MEMORY_KIB (16 * 1024)
/* Pages of one compressed size: an eviction makes room for a store. */
#define POLICY_NOISE 2000
#define INNER_LIMIT "65536"
#define OUTER_LIMIT "131072"
#define OUTER_LIMIT_BYTES 131072
/* The limit is checked before the size of the page is known. */
#define SLACK_BYTES (2 * PAGE_BYTES)

enum { PERMITTED, REFUSED, BROKEN, OVER };
enum round { OUTER_FORBIDS, INNER_FORBIDS, NONE_FORBIDS, OUTER_CLOSED, ROUNDS };

/* Never both open between two rounds that forbid. */
static bool set_up(enum round round)
{
	const char *outer = round == NONE_FORBIDS ? OUTER_LIMIT :
			    round == OUTER_CLOSED ? "0" : "max";
	const char *inner = round < NONE_FORBIDS ? INNER_LIMIT : "max";

	return nest_allow_writeback(NEST_OUTER, round != OUTER_FORBIDS) &&
	       nest_allow_writeback(NEST_INNER, round != INNER_FORBIDS) &&
	       nest_limit_zswap(NEST_OUTER, outer) &&
	       nest_limit_zswap(NEST_INNER, inner);
}

/* What cannot be read any more must not count as nothing. */
static int64_t known(int64_t value)
{
	if (value == NONE)
		_exit(1);
	return value;
}

static int64_t above(int64_t value, int64_t limit)
{
	return value > limit ? value - limit : 0;
}

struct seen {
	int64_t written, stored;
};

static struct seen look(void)
{
	struct seen seen = {
		.written = known(nest_written_back()),
		.stored = known(zswap_stored()),
	};

	return seen;
}

static void judge(struct worker *worker, enum round round,
		  const struct seen *before)
{
	struct seen now = look();
	int64_t written = now.written - before->written;

	if (round < NONE_FORBIDS) {
		worker_count(worker, BROKEN, written);
	} else if (round == NONE_FORBIDS) {
		worker_count(worker, PERMITTED, written);
		worker_count(worker, OVER,
			     above(known(nest_zswap_bytes(NEST_OUTER)),
				   OUTER_LIMIT_BYTES + SLACK_BYTES));
	} else {
		worker_count(worker, OVER, above(now.stored, before->stored));
	}
}

static bool policy_round(struct region *region, struct squeeze *squeeze,
			 enum round round)
{
	struct seen before;

	region_free(region);
	/* What was not forbidden must not be judged. */
	if (!set_up(round))
		return worker_go(region->worker);
	if (!region_fill(region))
		return false;
	/* Each store under a limit brings the counters of the cgroup up to date. */
	region_pageout(region, 0, POLICY_FIRST);
	before = look();
	region_pageout_all(region);
	if (round < NONE_FORBIDS)
		squeeze_once(squeeze);
	worker_count(region->worker, REFUSED, region_resident(region));
	region_pageout_all(region);
	judge(region->worker, round, &before);
	return region_verify(region, 0, region->pages);
}

static void policy_worker(struct worker *worker)
{
	struct squeeze squeeze;
	struct region region;
	unsigned int round = 0;

	/* Its limits would not hold for a worker outside. */
	if (!nest_join_inner())
		_exit(1);
	if (!region_open(&region, worker, 0, POLICY_PAGES) ||
	    !squeeze_open(&squeeze, worker->random))
		return;
	region.noise_arg = POLICY_NOISE;
	while (policy_round(&region, &squeeze, round % ROUNDS))
		round++;
	region_close(&region);
}

static int64_t counted(const struct lane_run *run, int counter)
{
	return atomic_load(&run->shared->count[counter]);
}

static void policy_run(struct lane_run *run)
{
	worker_fn fn[1] = { policy_worker };

	if (!nest_make(POLICY_MEMORY_KIB)) {
		nest_remove();
		lane_skip(run, "this kernel has no memory.zswap.writeback");
		return;
	}
	lane_fail(run, crew_run(run, fn, 1));
	nest_remove();
}

static void policy_drained(struct lane_run *run)
{
	check_state(run->name, "forbidden-writeback", 0, counted(run, BROKEN));
	check_state(run->name, "zswap-over-limit", 0, counted(run, OVER));
}

DEFINE_LANE(policy,
	.needs_zswap = true,
	.memory_kib = POLICY_MEMORY_KIB,
	.counters = {
		[PERMITTED] = "permitted",
		[REFUSED] = "refused",
	},
	.run = policy_run,
	.drained = policy_drained
);
