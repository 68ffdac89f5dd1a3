// SPDX-License-Identifier: GPL-2.0
/*
 * zswap is switched off and on while pages are in it.  Where it was off since
 * the start, the lane switches it on first.  That makes its first pool; when
 * this fails, the compressor is chosen again, which makes one too.
 */
#include <stdio.h>
#include <string.h>

#include "../files.h"
#include "../lane.h"
#include "../records.h"
#include "../region.h"

#define ENABLE_WORKERS 2
#define ENABLE_PAGES 64
#define ENABLE_MEMORY_KIB (16 * 1024)
#define ENABLE_PAUSE_US 40000
#define COMPRESSOR ZSWAP_PARAMETERS "compressor"

enum { STORED, SWITCHES };

static bool switch_on(void)
{
	char compressor[32];

	/* A pool that could not be made may take the name with it. */
	if (read_text(COMPRESSOR, compressor, sizeof(compressor)) <= 0)
		return false;
	zswap_enable(true);
	if (zswap_is_on())
		return true;
	write_text(COMPRESSOR, compressor);
	zswap_enable(true);
	return zswap_is_on();
}

static void enable_worker(struct worker *worker)
{
	struct region region;

	if (!region_open(&region, worker, worker->number, ENABLE_PAGES))
		return;
	do {
		int64_t stored = zswap_stored();

		region.noise_arg = 100 + next_random(&worker->random) % 2800;
		if (!region_fill(&region))
			break;
		region_pageout_all(&region);
		worker_count(worker, STORED, zswap_stored() > stored);
	} while (region_verify(&region, 0, region.pages));
	region_close(&region);
}

static void enable_switcher(struct worker *worker)
{
	while (worker_sleep_us(worker, next_random(&worker->random) %
				       ENABLE_PAUSE_US)) {
		bool was_on = zswap_is_on();

		zswap_enable(!was_on);
		worker_count(worker, SWITCHES, zswap_is_on() != was_on);
	}
	zswap_enable(true);
}

static void enable_run(struct lane_run *run)
{
	worker_fn fn[ENABLE_WORKERS + 1] = {
		enable_worker, enable_worker, enable_switcher,
	};

	if (!switch_on()) {
		lane_skip(run, "zswap cannot be switched on");
		return;
	}
	/* Its counters are there from now on. */
	zswap_read(&run->zswap);
	lane_fail(run, crew_run(run, fn, ENABLE_WORKERS + 1));
	zswap_enable(true);
}

DEFINE_LANE(enable,
	.needs_zswap = true,
	.memory_kib = ENABLE_MEMORY_KIB,
	.counters = { [STORED] = "stored", [SWITCHES] = "switches" },
	.run = enable_run
);
