/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TRIALS_H
#define TRIALS_H

#include "lane.h"

/*
 * The search for a race: many short trials in one lane, each with a few
 * points held for random times.  Call the tick often; it does nothing between
 * two trials, and nothing at all in a boot without a search.
 */
/* The longest hold of a search, in us; 0 without one. */
unsigned int trials_longest_us(void);

void trials_begin(struct lane_run *run);
void trials_tick(struct lane_run *run);
void trials_end(void);

#endif
