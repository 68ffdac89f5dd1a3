/* SPDX-License-Identifier: GPL-2.0 */
/* The states that a search has entered, and with how many preemptions. */
#ifndef EXPLORE_CACHE_H
#define EXPLORE_CACHE_H

#include "hash.h"

void cache_clear(void);
/* Whether the state was entered before with as few preemptions; enters it. */
int cache_seen(struct hash state, int preemptions);
unsigned long cache_states(void);

#endif
