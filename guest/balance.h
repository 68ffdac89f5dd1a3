/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BALANCE_H
#define BALANCE_H

#include <stdbool.h>

/*
 * What zswap, zsmalloc and the slab caches say they hold.  The workload must
 * be stopped; both wait for the shrink worker and retry for a bounded time.
 */
void balance_quiet(const char *lane);
void balance_drained(const char *lane);

#endif
