// SPDX-License-Identifier: GPL-2.0
/*
 * A CPU goes offline and comes back while tasks store and load: what zswap
 * keeps for that CPU goes while they may use it.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <unistd.h>

#include "../files.h"
#include "../lane.h"
#include "../records.h"
#include "../region.h"

#define ONLINE "/sys/devices/system/cpu/cpu1/online"
#define HOTPLUG_STORERS 6
#define HOTPLUG_PAGES 48
#define HOTPLUG_MEMORY_KIB (16 * 1024)
#define HOTPLUG_PAUSE_US 20000

enum { CYCLES };

/*
 * A task that had to leave the dead CPU goes on only when nothing else wants
 * the other one, so that what it uses is freed before.
 */
static void yield_to_switcher(void)
{
	const struct sched_param none = { 0 };

	sched_setscheduler(0, SCHED_IDLE, &none);
}

static void hotplug_storer(struct worker *worker)
{
	struct region region;

	yield_to_switcher();
	if (!region_open(&region, worker, worker->number, HOTPLUG_PAGES))
		return;
	do {
		region.noise_arg = 50 + next_random(&worker->random) % 2500;
		if (!region_fill(&region))
			break;
		region_pageout_all(&region);
	} while (region_verify(&region, 0, region.pages));
	region_close(&region);
}

static bool set_online(bool online)
{
	return !write_text(ONLINE, online ? "1" : "0");
}

/*
 * The pause lets a task that had to leave the dead CPU go on while that CPU
 * is away: what comes back with the CPU would hide what was taken.
 */
static bool cycle(struct worker *worker)
{
	const unsigned int away_us = HOTPLUG_PAUSE_US / 2 +
				     next_random(&worker->random) %
					     HOTPLUG_PAUSE_US;

	return set_online(false) && worker_sleep_us(worker, away_us) &&
	       set_online(true);
}

static void hotplug_switcher(struct worker *worker)
{
	do {
		if (cycle(worker))
			worker_count(worker, CYCLES, 1);
	} while (worker_sleep_us(worker, next_random(&worker->random) %
					 HOTPLUG_PAUSE_US));
}

static void hotplug_run(struct lane_run *run)
{
	worker_fn fn[HOTPLUG_STORERS + 1];
	int i;

	if (read_number(ONLINE) != 1) {
		lane_skip(run, "CPU 1 cannot go offline here");
		return;
	}
	for (i = 0; i < HOTPLUG_STORERS; i++)
		fn[i] = hotplug_storer;
	fn[i] = hotplug_switcher;
	lane_fail(run, crew_run(run, fn, HOTPLUG_STORERS + 1));
	set_online(true);
	if (read_number(ONLINE) != 1)
		lane_fail(run, "CPU 1 did not come back");
}

DEFINE_LANE(hotplug,
	.needs_zswap = true,
	.memory_kib = HOTPLUG_MEMORY_KIB,
	.counters = { [CYCLES] = "cycles" },
	.run = hotplug_run
);
