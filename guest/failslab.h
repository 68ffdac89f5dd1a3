/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FAILSLAB_H
#define FAILSLAB_H

#include <stdbool.h>

/*
 * Make a few slab allocations of kworkers fail; zswap's shrink worker is one
 * of them.  Does nothing without CONFIG_FAILSLAB.
 */
void failslab_kworkers(bool on);

#endif
