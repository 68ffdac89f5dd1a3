// SPDX-License-Identifier: GPL-2.0
/*
 * The real zswap.o as caller: swap (kernel/zswap/swap.c) is a model, and this
 * starts zswap's work item that shrinks.
 *
 * What it asserts:
 *  W1 the shrink work item is queued by a store that finds the pool full; the
 *     set-up does that as often as the scenario shrinks.
 *  W2 it runs on one worker at a time.
 *  W3 before a shrink that counts, it has run and written nothing back, for as
 *     long as entries were referenced.
 */
#include "services.h"

#include <linux/workqueue.h>

#include "callers.h"
#include "slots.h"

#define SPARE (OBJECTS_MAX - 2)		/* that nobody else uses */
#define SPARE_SIZE 64

#define ENTRIES_AGE (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0))

static struct work_struct *shrink_work;

void callers_boot(void)
{
#if __has_include(<linux/zpool.h>)
	zswap_configure("zswap.zpool", "zsmalloc");
#endif
}

void callers_start(void)
{
	libraries_start();
	zswap_configure("zswap.enabled", "Y");
	swap_start();
}

/* A full pool: the store is refused, and the work item is queued. */
static void queue_shrink(void)
{
	struct work_struct *work;

	zswap_configure("zswap.max_pool_percent", "0");
	swap_out(SPARE, SPARE_SIZE, 0);
	zswap_configure("zswap.max_pool_percent", "20");
	swap_free_slot(SPARE);
	work = work_take_last();
	if (work)
		shrink_work = work;
}

/* W1. A pool with nothing in it is never full. */
void callers_ready(int shrinks)
{
	int had_none = !pages_alive();

	if (had_none)
		swap_out(SPARE + 1, SPARE_SIZE, 0);
	while (shrinks--)
		queue_shrink();
	if (had_none)
		swap_free_slot(SPARE + 1);
	callers_age();
}

void callers_store(int object, int size, int stays)
{
	swap_out(object, size, stays);
}

void callers_load(int object)
{
	swap_in(object);
}

void callers_free(int object)
{
	swap_free_slot(object);
}

/* Since 6.8 each entry has a second chance: W3. */
void callers_age(void)
{
	int i, entries = ENTRIES_AGE ? callers_stored() : 0;

	failing_begin(FAILS_AT_PAGE, 0);
	for (i = 0; i < entries; i++)
		shrink_work->func(shrink_work);
	failing_end();
}

void callers_shrink(enum failing_place place, int eviction)
{
	failing_begin(place, eviction);
	shrink_work->func(shrink_work);
	failing_end();
}

/* Another compressor is another pool: that of before goes with its last entry. */
void callers_switch(void)
{
	zswap_configure("zswap.compressor", "lz4");
}

int callers_stored(void)
{
	return cache_alive("zswap_entry");
}

void callers_drop_clean(void)
{
	swap_drop_clean();
}

long callers_cached(void)
{
	return swap_pages_cached();
}

unsigned long callers_pages(void)
{
	return zspages_counted();
}

/* zswap keeps its pool. */
void callers_stop(void)
{
}
