/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FAILSLAB_H
#define FAILSLAB_H

#include <stdbool.h>

/*
 * Let a few slab allocations of the kernel's worker threads fail, zswap's
 * shrink worker among them.  Nothing happens without CONFIG_FAILSLAB.
 */
void failslab_kworkers(bool on);

#endif
