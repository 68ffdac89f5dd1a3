/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SQUEEZE_H
#define SQUEEZE_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"

/*
 * Queue zswap's shrink worker at once: with max_pool_percent at 0 every store
 * finds the pool full.  The pages hold no data.
 */
struct squeeze {
	uint8_t *base;
	uint32_t next;
	uint32_t pages;
	uint64_t random;
	int64_t home;		/* the limit to restore */
	bool brief;		/* do not wait for a writeback */
};

/* For all squeezes of the lanes: whose LRU they have to move. */
void squeeze_setup(enum reclaim reclaim);
bool squeeze_open(struct squeeze *squeeze, uint64_t random);
void squeeze_once(struct squeeze *squeeze);

#endif
