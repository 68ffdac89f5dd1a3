/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REFILL_H
#define REFILL_H

#include <stdbool.h>
#include <stdint.h>

#include "region.h"
#include "squeeze.h"

/*
 * Makes evictions fail half-way and then uses the free lists that they leave.
 * "old" is stored, and some of its pages are read back into the swap cache.
 * zswap cannot write those back.  Then "fresh", of the same class, is stored
 * into the gaps.
 */
struct refill {
	struct worker *worker;
	struct region old, fresh;
	struct squeeze squeeze;
};

struct refill_step {
	uint32_t noise;
	uint32_t pages;
	uint32_t touch_every;	/* 0: none, evictions succeed */
	unsigned int squeezes;
	unsigned int pause_us;	/* between squeezes and refill, at most */
	bool stir;		/* compact after the squeezes */
};

bool refill_open(struct refill *refill, struct worker *worker,
		 uint32_t capacity);
bool refill_store(struct refill *refill, const struct refill_step *step);
bool refill_reuse(struct refill *refill, const struct refill_step *step);
void refill_close(struct refill *refill);

#endif
