// SPDX-License-Identifier: GPL-2.0
/*
 * Shrinkers. mm/shrinker.c, or mm/vmscan.c, do_shrink_slab(): it asks how many
 * objects there are, and scans if there are some.
 */
#include "services.h"

#include <linux/shrinker.h>

static struct shrinker *registered;

void shrinker_run(void)
{
	struct shrink_control control = { .gfp_mask = GFP_KERNEL, .nr_to_scan = 128 };

	if (!registered)
		return;
	if (registered->count_objects(registered, &control))
		registered->scan_objects(registered, &control);
}

#ifdef SHRINKER_ALLOCATED
struct shrinker *shrinker_alloc(unsigned int flags, const char *format, ...)
{
	return allocate(sizeof(struct shrinker), __GFP_ZERO, "shrinker", NULL);
}

void shrinker_register(struct shrinker *shrinker)
{
	registered = shrinker;
}

void shrinker_free(struct shrinker *shrinker)
{
	registered = NULL;
	release(shrinker, NULL, CALLER);
}
#else
int register_shrinker(struct shrinker *shrinker, const char *format, ...)
{
	registered = shrinker;
	return 0;
}

void unregister_shrinker(struct shrinker *shrinker)
{
	registered = NULL;
}
#endif
