// SPDX-License-Identifier: GPL-2.0
/*
 * The whole machine is short of memory for moments, so that kswapd stores
 * pages: in all other lanes a task does, for its cgroup or because it asked.
 * What the kernel may do while it reclaims memory shows only here.
 */
#include <stddef.h>
#include <unistd.h>

#include "../files.h"
#include "../lane.h"
#include "../records.h"
#include "../region.h"
#include "../swapdev.h"

#define RESERVE "/proc/sys/vm/min_free_kbytes"
#define KSWAPD_WORKERS 2
#define KSWAPD_PAGES 3072
/* More than the workers have: their cgroup is never short. */
#define KSWAPD_MEMORY_KIB (64 * 1024)
#define SHORT_US 40000

enum { STOLEN };

static void kswapd_worker(struct worker *worker)
{
	struct region region;

	if (!region_open(&region, worker, worker->number, KSWAPD_PAGES))
		return;
	do {
		region.noise_arg = 50 + next_random(&worker->random) % 2500;
	} while (region_fill(&region) &&
		 region_verify(&region, 0, region.pages));
	region_close(&region);
}

static int64_t stolen(void)
{
	return read_key("/proc/vmstat", "pgsteal_kswapd");
}

/*
 * kswapd wakes where less is free than the reserve and a quarter of it.  The
 * reserve itself stays below that, so that no task has to wait for memory.
 * No worker halts in here: kswapd would go on, and what it changes is counted
 * while all of them halt.
 */
static void be_short(struct worker *worker, int64_t home)
{
	int64_t free_kib = read_key("/proc/meminfo", "MemFree:");
	int64_t before = stolen();

	write_number(RESERVE, free_kib - free_kib / 8);
	usleep(SHORT_US);
	write_number(RESERVE, home);
	worker_count(worker, STOLEN, stolen() - before);
}

static void kswapd_presser(struct worker *worker)
{
	int64_t home = read_number(RESERVE);

	do {
		be_short(worker, home);
	} while (worker_sleep_us(worker, next_random(&worker->random) %
					 SHORT_US));
}

/*
 * kswapd takes pages of everybody, of init too.  What nobody reads again would
 * stay in zswap, and drain() would wait for it: swapoff reads all of it.
 */
static void bring_back(struct lane_run *run)
{
	if (swapdev_again())
		lane_fail(run, "the swap cannot be switched on again");
}

static void kswapd_run(struct lane_run *run)
{
	worker_fn fn[KSWAPD_WORKERS + 1] = {
		kswapd_worker, kswapd_worker, kswapd_presser,
	};
	int64_t home = read_number(RESERVE);

	lane_fail(run, crew_run(run, fn, KSWAPD_WORKERS + 1));
	/* Also when a worker was killed. */
	write_number(RESERVE, home);
	bring_back(run);
}

DEFINE_LANE(kswapd,
	.needs_zswap = true,
	.memory_kib = KSWAPD_MEMORY_KIB,
	.counters = { [STOLEN] = "stolen" },
	.run = kswapd_run
);
