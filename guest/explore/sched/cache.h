/* SPDX-License-Identifier: GPL-2.0 */
/* The states that a search has entered, and with how many preemptions. */
#ifndef EXPLORE_CACHE_H
#define EXPLORE_CACHE_H

#include "hash.h"

/* 24 bytes a slot, two to four slots a state: at most 192 MiB, and half as much more while it grows. */
#define CACHE_STATES_MAX (1UL << 21)

void cache_limit(unsigned long states);
unsigned long cache_limit_is(void);
/*
 * Whether a state was not kept since cache_clear(). The search then walks what it has
 * walked before, in more time; what is complete is complete.
 */
int cache_was_full(void);
void cache_clear(void);
/* Whether the state was entered before with as few preemptions; enters it. */
int cache_seen(struct hash state, int preemptions);
unsigned long cache_states(void);

#endif
