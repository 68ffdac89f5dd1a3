/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGROUP_H
#define CGROUP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The workload's own memory cgroup: only the workload is short of memory,
 * so the shrink worker and the block layer can always allocate.
 */
bool cgroup_setup(void);
void cgroup_limit_kib(int64_t kib);
void cgroup_join(void);

/* Reclaim what the cgroup still holds, swap-cache leftovers above all. */
void cgroup_reclaim(void);

#endif
