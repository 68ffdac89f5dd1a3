/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BALANCE_H
#define BALANCE_H

#include <stdbool.h>

/*
 * Record what zswap, zsmalloc and the slab caches hold by their own count.
 * No worker may run meanwhile.  Both wait for the shrink worker and retry for
 * a bounded time.
 */
void balance_quiet(const char *lane);
void balance_drained(const char *lane);

#endif
