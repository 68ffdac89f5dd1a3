// SPDX-License-Identifier: GPL-2.0
#include "lane.h"

#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "balance.h"
#include "canary.h"
#include "cgroup.h"
#include "checks.h"
#include "coverage.h"
#include "drain.h"
#include "failnth.h"
#include "port.h"
#include "records.h"
#include "swapdev.h"
#include "trials.h"

/* The bounds of the section that DEFINE_LANE() fills; the linker sets them. */
extern const struct lane * const __start_lanes[], * const __stop_lanes[];

static const struct lane *find_lane(const char *name)
{
	const struct lane * const *lane;

	for (lane = __start_lanes; lane < __stop_lanes; lane++)
		if (!strcmp((*lane)->name, name))
			return *lane;
	return NULL;
}

void lane_fail(struct lane_run *run, const char *reason)
{
	if (run->status != LANE_OK || !reason)
		return;
	run->status = LANE_FAILED;
	run->reason = reason;
}

void lane_skip(struct lane_run *run, const char *reason)
{
	run->status = LANE_SKIPPED;
	run->reason = reason;
}

/* Each lane has its own seed, so no two lanes have equal pages. */
static uint64_t lane_seed(uint64_t seed, const char *name)
{
	while (*name)
		seed = mix64(seed + (unsigned char)*name++);
	return seed;
}

static struct shared *lane_shared(void)
{
	static struct shared *shared;

	if (!shared)
		shared = shared_create();
	if (shared)
		memset(shared, 0, sizeof(*shared));
	return shared;
}

static void lane_begin(struct lane_run *run, const struct config *config,
		       const struct lane_plan *plan)
{
	memset(run, 0, sizeof(*run));
	run->config = config;
	run->name = plan->name;
	run->seconds = plan->seconds;
	run->seed = lane_seed(config->seed, plan->name);
	run->shared = lane_shared();
	run->start_ms = now_ms();
	zswap_read(&run->zswap);
	hold_read(&run->hold);
	failnth_clear();
	coverage_reset();
	rec_begin("laneStart");
	rec_str("lane", run->name);
	rec_num("seconds", run->seconds);
	rec_num("windowUs", trials_longest_us() ?: hold_longest_us(run->name));
	rec_send();
	say("lane %s starts, %u s", run->name, run->seconds);
}

static const char *status_text(enum lane_status status)
{
	switch (status) {
	case LANE_OK:
		return "ok";
	case LANE_SKIPPED:
		return "skipped";
	default:
		return "failed";
	}
}

static void record_counters(const struct lane_run *run)
{
	int i;

	rec_open("counters", '{');
	for (i = 0; run->lane && run->shared && i < LANE_COUNTERS; i++)
		if (run->lane->counters[i])
			rec_num(run->lane->counters[i],
				atomic_load(&run->shared->count[i]));
	rec_close('}');
}

static void lane_end(struct lane_run *run, struct tally *tally)
{
	static struct hold_counters hold;
	struct zswap_counters zswap;

	zswap_read(&zswap);
	hold_read(&hold);
	rec_begin("laneEnd");
	rec_str("lane", run->name);
	rec_str("status", status_text(run->status));
	rec_str("reason", run->reason);
	rec_num("elapsedMs", now_ms() - run->start_ms);
	tally_record(tally);
	zswap_record_delta(&run->zswap, &zswap);
	hold_record_delta(&run->hold, &hold);
	failnth_record();
	lane_record_classes(run);
	rec_bool("asksWriteback", run->lane && run->lane->asks_writeback);
	record_counters(run);
	rec_send();
	/* Whoever sits at the shell would see little else. */
	if (!run->config->shell)
		coverage_send(run->name);
	say("lane %s ends: %s%s%s", run->name, status_text(run->status),
	    run->reason ? ", " : "", run->reason ? run->reason : "");
}

/*
 * Programs of the user have most of the memory.  When they take it all, they
 * are killed; a guest without memory would panic, and the kernel get the blame.
 */
static int64_t foreign_kib(void)
{
	struct sysinfo info = { 0 };

	sysinfo(&info);
	return info.totalram / 1024 * info.mem_unit / 4 * 3;
}

static void lane_work(struct lane_run *run, const struct lane *lane)
{
	int64_t limit = zswap_limit_now();

	cgroup_limit_kib(lane->is_foreign ? foreign_kib() : lane->memory_kib);
	hold_arm_lane(run->name);
	trials_begin(run);
	failnth_begin(run->name);
	lane->run(run);
	failnth_end();
	trials_end();
	hold_disarm();
	/* A worker may have been killed in the middle of a squeeze. */
	if (limit != NONE)
		zswap_limit(limit);
	lane_send_wrong(run);
	if (run->status == LANE_SKIPPED || lane->is_foreign)
		return;
	drain();
	balance_drained(run->name);
	checks_drained(run->name);
	if (lane->drained)
		lane->drained(run);
}

/* True, with the status set, for a lane that cannot run here. */
static bool lane_unfit(struct lane_run *run, const struct lane *lane)
{
	if (!lane)
		lane_fail(run, "unknown lane");
	else if (!run->shared)
		lane_fail(run, "no shared memory");
	else if (sysconf(_SC_PAGESIZE) != PAGE_BYTES)
		lane_skip(run, "the lanes need pages of 4096 bytes");
	else if (lane->needs_zswap && !zswap_present())
		lane_skip(run, "this kernel has no zswap");
	else if (lane->needs_zswap && !swapdev_active())
		lane_fail(run, "no swap");
	return run->status != LANE_OK;
}

uint64_t lane_run(const struct config *config, const struct lane_plan *plan)
{
	static struct lane_run run;
	const struct lane *lane = find_lane(plan->name);
	struct tally tally = { 0 };

	lane_begin(&run, config, plan);
	run.lane = lane;
	if (!lane_unfit(&run, lane))
		lane_work(&run, lane);
	if (run.shared)
		tally = shared_tally(run.shared);
	lane_end(&run, &tally);
	return tally.wrong;
}
