/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What drives the kernel's code: callers that are models (zswap.c), or the
 * real zswap.o (real-zswap.c). Both offer these to world.c.
 */
#ifndef EXPLORE_CALLERS_H
#define EXPLORE_CALLERS_H

#include "scenario.h"

void callers_boot(void);			/* before the initcalls: the command line */
void callers_start(void);
void callers_ready(int shrinks);	/* after the set-up: how many may follow */
void callers_store(int object, int size, int stays);
void callers_load(int object);
void callers_free(int object);
/* The entries have been passed over once: the next shrink writes one back. */
void callers_age(void);
void callers_shrink(enum failing_place place, int eviction);
void callers_switch(void);		/* new objects go to a new pool */
int callers_stored(void);		/* objects in the pool now */
void callers_drop_clean(void);		/* reclaim takes pages that need not be written */
long callers_cached(void);		/* pages in the swap cache */
unsigned long callers_pages(void);	/* pages of the pool */
void callers_stop(void);		/* after all is freed: the pool goes */

void migrate_page_of(int object);
void migrate_prepare(void);		/* after the set-up: where objects lie */

#endif
