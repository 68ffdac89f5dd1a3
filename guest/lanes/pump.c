// SPDX-License-Identifier: GPL-2.0
/*
 * Steady writeback by zswap's worker.  The pool is full, so the oldest pages
 * go to the disk; a squeeze makes zswap write back even when it is not full
 * yet.  Every page comes back, from zswap or from the disk, and is verified
 * before it is overwritten.
 */
#include "../churn.h"
#include "../lane.h"
#include "../records.h"

#define PUMP_WORKERS 2
#define PUMP_MEMORY_KIB (24 * 1024)
/*
 * With 100, a pool of exactly its limit is not full, so it is not shrunk, and
 * accepts no page either.  Writeback would stop for good.
 */
#define PUMP_ACCEPT 110
/* Where the worker stops at this percentage of the limit. */
#define PUMP_ACCEPT_MEMCG 80

static void pump_worker(struct worker *worker)
{
	churn(worker, squeeze_once);
}

static void pump_run(struct lane_run *run)
{
	worker_fn fn[PUMP_WORKERS] = { pump_worker, pump_worker };
	bool of_memcg = run->config->reclaim == RECLAIM_MEMCG;
	int64_t accept = zswap_accept_now();

	zswap_accept(of_memcg ? PUMP_ACCEPT_MEMCG : PUMP_ACCEPT);
	lane_fail(run, crew_run(run, fn, PUMP_WORKERS));
	if (accept != NONE)
		zswap_accept(accept);
}

DEFINE_LANE(pump,
	.needs_zswap = true,
	.asks_writeback = true,
	.memory_kib = PUMP_MEMORY_KIB,
	.run = pump_run
);
