// SPDX-License-Identifier: GPL-2.0
/*
 * Writeback by the storing task: the cgroup may hold little in zswap, so each
 * store first writes an older page of the same cgroup back.
 */
#include <stddef.h>

#include "../cgroup.h"
#include "../churn.h"
#include "../lane.h"

#define CGROUP_WORKERS 2
#define CGROUP_MEMORY_KIB (24 * 1024)
#define CGROUP_ZSWAP_KIB 512

static void cgroup_worker(struct worker *worker)
{
	churn(worker, NULL);
}

static void cgroup_run(struct lane_run *run)
{
	worker_fn fn[CGROUP_WORKERS] = { cgroup_worker, cgroup_worker };

	if (!cgroup_limit_zswap_kib(CGROUP_ZSWAP_KIB)) {
		lane_skip(run, "this kernel has no memory.zswap.max");
		return;
	}
	lane_fail(run, crew_run(run, fn, CGROUP_WORKERS));
	cgroup_limit_zswap_kib(CGROUP_ZSWAP_NONE);
}

DEFINE_LANE(cgroup,
	.needs_zswap = true,
	.memory_kib = CGROUP_MEMORY_KIB,
	.run = cgroup_run
);
