// SPDX-License-Identifier: GPL-2.0
#include "checks.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "files.h"
#include "records.h"

#define SETTLE_MS 3000
#define PAUSE_US 50000

static void record(const char *lane, const char *check, int64_t expected,
		   int64_t seen, const char *unable)
{
	rec_begin("check");
	rec_str("lane", lane);
	rec_str("check", check);
	rec_num("expected", expected);
	rec_num("seen", seen);
	rec_str("unable", unable);
	rec_send();
}

void check_state(const char *lane, const char *check, int64_t expected,
		 int64_t seen)
{
	record(lane, check, expected, seen, NULL);
}

/* A page of the swap cache that was locked when its task freed it stays. */
static int64_t swap_cached_at_rest(void)
{
	int64_t end = now_ms() + SETTLE_MS, kib;

	for (;;) {
		/* Each CPU batches its changes of the number. */
		write_text("/proc/sys/vm/stat_refresh", "1");
		kib = read_key("/proc/meminfo", "SwapCached:");
		if (kib <= 0 || now_ms() > end)
			return kib;
		cgroup_reclaim();
		usleep(PAUSE_US);
	}
}

void checks_drained(const char *lane)
{
	/* Without it nobody can ask for the reclaim that frees such a page. */
	if (cgroup_ready())
		check_state(lane, "swap-cache-kib", 0, swap_cached_at_rest());
	else
		record(lane, "swap-cache-kib", 0, NONE, "no memory cgroup");
}
