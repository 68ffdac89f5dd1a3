/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What drives the kernel's code: callers that are models (zswap.c), or the
 * real zswap.o (real-zswap.c). Both offer these to world.c.
 */
#ifndef EXPLORE_CALLERS_H
#define EXPLORE_CALLERS_H

#include "scenario.h"

void callers_start(int shrinks);	/* how many the scenario has */
void callers_store(int object, int size);
void callers_load(int object);
void callers_free(int object);
void callers_shrink(enum failing_place place, int eviction);
int callers_stored(void);		/* objects in the pool now */
unsigned long callers_pages(void);	/* pages of the pool */
void callers_stop(void);		/* after all is freed: the pool goes */
void callers_recheck(int object);	/* stored in the set-up: still findable? */

void migrate_page_of(int object);
void migrate_prepare(void);		/* after the set-up: where objects lie */

#endif
