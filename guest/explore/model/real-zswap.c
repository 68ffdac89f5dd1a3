// SPDX-License-Identifier: GPL-2.0
/*
 * The real zswap.o as caller: swap (kernel/zswap/swap.c) is a model, and this
 * starts zswap's work item that shrinks.
 *
 * What it asserts:
 *  W1 the shrink work item is queued by a store that finds the pool full; the
 *     set-up does that as often as the scenario shrinks.
 *  W2 it runs on one worker at a time.
 */
#include "services.h"

#include <linux/workqueue.h>
#include <linux/zpool.h>

#include "callers.h"
#include "slots.h"

#define SPARE (OBJECTS_MAX - 2)		/* that nobody else uses */
#define SPARE_SIZE 64

static struct work_struct *shrink_work;

void callers_boot(void)
{
	zswap_configure("zswap.zpool", "zsmalloc");
}

void callers_start(void)
{
	zswap_configure("zswap.enabled", "Y");
	swap_start();
}

/* A full pool: the store is refused, and the work item is queued. */
static void queue_shrink(void)
{
	struct work_struct *work;

	zswap_configure("zswap.max_pool_percent", "0");
	swap_out(SPARE, SPARE_SIZE);
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
		swap_out(SPARE + 1, SPARE_SIZE);
	while (shrinks--)
		queue_shrink();
	if (had_none)
		swap_free_slot(SPARE + 1);
}

void callers_store(int object, int size)
{
	swap_out(object, size);
}

void callers_load(int object)
{
	swap_in(object);
}

void callers_free(int object)
{
	swap_free_slot(object);
}

void callers_shrink(enum failing_place place, int eviction)
{
	failing_begin(place, eviction);
	shrink_work->func(shrink_work);
	failing_end();
}

int callers_stored(void)
{
	return cache_alive("zswap_entry");
}

unsigned long callers_pages(void)
{
	return zspages_counted();
}

/* zswap keeps its pool. */
void callers_stop(void)
{
}
