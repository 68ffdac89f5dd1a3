// SPDX-License-Identifier: GPL-2.0
/*
 * Frees inside evictions.  A freer fills whole zspages with equal objects, in
 * the order of their addresses.  A kicker on the other CPU starts the shrink
 * worker there.  While that evicts the oldest zspage, the freer frees all
 * objects in the same order.  Reclaim skips free objects, so it meets the
 * freer.
 */
#include <stddef.h>
#include <unistd.h>

#include "../kick.h"
#include "../lane.h"
#include "../records.h"
#include "../region.h"

#define RACE_PAGES 96
/*
 * The last 64 freed slots of a CPU stay in its slot cache, and their entries
 * stay at the old end of zsmalloc's LRU, where evictions of them fail.  So
 * same-filled pages are freed last: they are not in zsmalloc.
 */
#define RACE_PADDING 72
#define RACE_KICKERS 2
#define RACE_MEMORY_KIB (16 * 1024)
/* About as long as the eviction of a zspage takes. */
#define RACE_DELAY_US 40000
#define RACE_WAIT_MS 60
#define RACE_VERIFIED 4
/* Cycles until the CPUs swap roles. */
#define RACE_TURN 16

static const uint16_t noises[] = { 16, 40, 80, 130, 200, 300, 450, 800 };

/* Worker 1 serves CPU 0, worker 2 serves CPU 1. */
static void race_kicker(struct worker *worker)
{
	kick_serve(worker, (worker->number - 1) % worker->cpus);
}

static uint32_t race_noise(const struct region *region, uint32_t index)
{
	return index < RACE_PAGES ? region->noise_arg : SAME_FILLED;
}

static void await_change(int64_t (*read)(void), int64_t seen)
{
	int64_t end = now_ms() + RACE_WAIT_MS;

	while (read() == seen && now_ms() < end)
		usleep(200);
}

/*
 * Start the shrink worker on the other CPU and wait until it evicts: until a
 * window opens with the module, until a first page was written back without.
 * One time in four, wait for a random time instead, to free at other moments.
 */
static void race_await(struct worker *worker, int cpu)
{
	unsigned int delay = next_random(&worker->random) % RACE_DELAY_US;
	int64_t (*sign)(void) = hold_opens("race") ? hold_windows :
						    zswap_written_back;
	int64_t seen = sign();

	kick_ask(worker, (cpu + 1) % worker->cpus);
	if (delay % 4)
		await_change(sign, seen);
	else
		usleep(delay);
}

static bool race_cycle(struct region *region, struct worker *worker, int cpu)
{
	region->noise_arg = noises[next_random(&worker->random) %
				   (sizeof(noises) / sizeof(noises[0]))];
	if (!region_fill(region))
		return false;
	region_pageout_all(region);
	/* Of the last objects, since reclaim must find the first. */
	if (!region_verify(region, RACE_PAGES - RACE_VERIFIED, RACE_VERIFIED))
		return false;
	race_await(worker, cpu);
	/* Each call frees the slots of pages in memory at its end. */
	region_drop(region, 0, RACE_PAGES);
	region_free(region);
	return true;
}

static void race_freer(struct worker *worker)
{
	struct region region;
	unsigned int cycle = 0;
	int cpu;

	if (!region_open(&region, worker, worker->number,
			 RACE_PAGES + RACE_PADDING))
		return;
	region.noise = race_noise;
	do {
		cpu = cycle++ / RACE_TURN % RACE_KICKERS;
		worker_pin(cpu % worker->cpus);
	} while (race_cycle(&region, worker, cpu));
	region_close(&region);
}

static void race_run(struct lane_run *run)
{
	worker_fn fn[1 + RACE_KICKERS] = {
		race_freer, race_kicker, race_kicker,
	};

	lane_fail(run, crew_run(run, fn, 1 + RACE_KICKERS));
}

DEFINE_LANE(race,
	.needs_zswap = true,
	.memory_kib = RACE_MEMORY_KIB,
	.run = race_run
);
