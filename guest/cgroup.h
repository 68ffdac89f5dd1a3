/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGROUP_H
#define CGROUP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The memory cgroup of the workload.  Only the workload is short of memory:
 * the shrink worker and the block layer can always allocate.
 */
bool cgroup_setup(void);
/* Whether the kernel has memory cgroups, and this one was made. */
bool cgroup_ready(void);
void cgroup_limit_kib(int64_t kib);

#define CGROUP_ZSWAP_NONE (-1)
/* How much it may hold in zswap; false when this kernel has no such limit. */
bool cgroup_limit_zswap_kib(int64_t kib);
void cgroup_join(void);

/* Reclaim what the cgroup still holds, mostly pages of the swap cache. */
void cgroup_reclaim(void);
/* Reclaim so much of it, what was used least first. */
void cgroup_reclaim_kib(int64_t kib);

#endif
