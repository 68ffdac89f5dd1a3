/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NEST_H
#define NEST_H

#include <stdbool.h>
#include <stdint.h>

/* Two memory cgroups, one inside the other, for one lane. */
enum nested {
	NEST_OUTER,
	NEST_INNER,
};

/* False when this kernel has no such cgroups, or no zswap control in them. */
bool nest_make(int64_t memory_kib);
void nest_remove(void);

/* False where the kernel did not do it, as for want of memory. */
bool nest_join_inner(void);
bool nest_allow_writeback(enum nested which, bool allow);
bool nest_limit_zswap(enum nested which, const char *limit);
int64_t nest_zswap_bytes(enum nested which);
/* Pages of the inner one that zswap has written back. */
int64_t nest_written_back(void);

#endif
