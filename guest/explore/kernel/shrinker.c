// SPDX-License-Identifier: GPL-2.0
/*
 * Shrinkers. mm/shrinker.c, or mm/vmscan.c, do_shrink_slab(): it asks how many
 * objects there are, and scans if there are some. Who unregisters one waits for
 * those that run it, by shrinker_rwsem or its count of references.
 */
#include "services.h"

#include <linux/shrinker.h>

#define SHRINKERS_MAX 8

/* zsmalloc has one for each pool. That of zswap is named "mm-zswap". */
static struct shrinker *registered[SHRINKERS_MAX];

static void keep(struct shrinker *shrinker)
{
	int i;

	for (i = 0; i < SHRINKERS_MAX; i++)
		if (!registered[i]) {
			queue_accessed(1);
			registered[i] = shrinker;
			return;
		}
	explorer_lacks("room for more shrinkers");
}

static struct shrinker *running[FIBERS];

static int nobody_runs(void *shrinker)
{
	int t;

	for (t = 0; t < FIBERS; t++)
		if (running[t] == shrinker)
			return 0;
	return 1;
}

static void forget(struct shrinker *shrinker)
{
	int i;

	queue_accessed(1);
	for (i = 0; i < SHRINKERS_MAX; i++)
		if (registered[i] == shrinker)
			registered[i] = NULL;
	if (!nobody_runs(shrinker))
		wait_until(nobody_runs, shrinker, "a shrinker that runs");
}

static void run(struct shrinker *shrinker)
{
	struct shrink_control control = { .gfp_mask = GFP_KERNEL, .nr_to_scan = 128 };
	unsigned long count;

	running[current_fiber] = shrinker;
	count = shrinker->count_objects(shrinker, &control);
	if (count && count != SHRINK_EMPTY)
		shrinker->scan_objects(shrinker, &control);
	running[current_fiber] = NULL;
}

void shrinker_run(void)
{
	int i;

	for (i = 0; i < SHRINKERS_MAX; i++) {
		queue_accessed(0);
		if (registered[i])
			run(registered[i]);
	}
}

#ifdef SHRINKER_ALLOCATED
static struct shrinker *of_zswap;

struct shrinker *shrinker_alloc(unsigned int flags, const char *format, ...)
{
	struct shrinker *shrinker = allocate(sizeof(struct shrinker), __GFP_ZERO, "shrinker", NULL);

	if (!__builtin_strcmp(format, "mm-zswap"))
		of_zswap = shrinker;
	return shrinker;
}

void shrinker_register(struct shrinker *shrinker)
{
	if (shrinker != of_zswap)
		keep(shrinker);
}

void shrinker_free(struct shrinker *shrinker)
{
	forget(shrinker);
	release(shrinker, NULL, CALLER);
}
#else
int register_shrinker(struct shrinker *shrinker, const char *format, ...)
{
	keep(shrinker);
	return 0;
}

void unregister_shrinker(struct shrinker *shrinker)
{
	forget(shrinker);
}
#endif
