// SPDX-License-Identifier: GPL-2.0
/* Operations of a scenario, and what must hold afterwards. */
#include "services.h"

#include "callers.h"

#define SOME_SIZE 2032

static int destroyed;

static int count_shrinks(const struct program *program)
{
	int i, count = 0;

	for (i = 0; i < program->count; i++)
		count += program->operations[i].kind == DO_SHRINK;
	return count;
}

/* The aftermath shrinks twice more. */
static int shrinks_of(const struct scenario *scenario)
{
	int t, count = 2;

	for (t = 0; t < scenario->threads; t++)
		count += count_shrinks(&scenario->thread[t]);
	return count;
}

void world_start(void)
{
	percpu_start();
	callers_boot();
	initcalls_run();
	callers_start();
}

/* The set-up is done: now objects lie still. */
void world_ready(void)
{
	migrate_prepare();
	callers_ready(shrinks_of(scenario_running()));
}

static void free_all(void)
{
	int i;

	for (i = 0; i < OBJECTS_MAX; i++)
		callers_free(i);
}

static void destroy(void)
{
	free_all();
	work_run_all();
	callers_stop();
	destroyed = 1;
}

void world_do(const struct operation *operation)
{
	if (destroyed)
		return;
	switch (operation->kind) {
	case DO_STORE:
		failing_store(operation->fails != FAILS_NOWHERE);
		callers_store(operation->object, operation->size, operation->stays);
		failing_store(0);
		return;
	case DO_LOAD:
		callers_load(operation->object);
		return;
	case DO_FREE:
		callers_free(operation->object);
		return;
	case DO_SHRINK:
		callers_shrink(operation->fails, operation->eviction);
		return;
	case DO_COMPACT:
		shrinker_run();
		return;
	case DO_MIGRATE:
		migrate_page_of(operation->object);
		return;
	case DO_WORK:
		work_run_all();
		return;
	case DO_OFFLINE:
		cpu_offline(operation->object);
		return;
	case DO_SWITCH:
		callers_switch();
		return;
	case DO_DESTROY:
		destroy();
		return;
	default:
		explorer_lacks("such an operation");
	}
}

/* Balances */

static void balance(const char *when)
{
	long stored = callers_stored(), handles = cache_alive("zs_handle");
	long pages = pages_alive() - callers_cached();

	/* A kernel may keep handles of a zspage until that is freed: too few is wrong, too many is not yet. */
	if (handles < stored)
		fail(FAIL_BALANCE, "%s: %ld handles for %ld stored objects", when, handles, stored);
	if (zspages_counted() != pages)
		fail(FAIL_BALANCE, "%s: NR_ZSPAGES is %ld, and %ld pages are allocated", when,
		     zspages_counted(), pages);
	if (callers_pages() != pages)
		fail(FAIL_BALANCE, "%s: the pool has %lu pages, and %ld are allocated", when,
		     callers_pages(), pages);
}

static void balance_of_classes(const char *when)
{
	long used;

	if (!stat_is_there())
		return;
	used = stat_total("obj_used");
	if (used != callers_stored())
		fail(FAIL_BALANCE, "%s: obj_used is %ld for %d stored objects", when, used,
		     callers_stored());
}

static void load_all(void)
{
	int i;

	callers_drop_clean();
	for (i = 0; i < OBJECTS_MAX; i++)
		callers_load(i);
}

/* New objects go where free ones are listed: in zspages that reclaim put back, too. */
static void store_four(int first, int size)
{
	int i;

	for (i = first; i < first + 4; i++)
		callers_store(i, size, 0);
}

static void store_new(int first, int size, const char *when)
{
	store_four(first, size);
	load_all();
	/* To load may have taken them out of zswap. */
	store_four(first, size);
	balance(when);
}

/* The pool still works: new objects, a failing writeback, new objects, one that succeeds. */
static void use_again(int size)
{
	store_new(OBJECTS_NAMED, size, "after new stores");
	callers_age();
	callers_shrink(FAILS_AT_SWAPCACHE, 2);
	balance("after a failing shrink");
	store_new(OBJECTS_NAMED + 4, size, "after stores that follow a failing shrink");
	callers_age();
	callers_shrink(FAILS_NOWHERE, 0);
	balance("after a shrink");
	load_all();
}

static int size_in_use(void)
{
	const struct program *setup = &scenario_running()->setup;
	int i;

	for (i = 0; i < setup->count; i++)
		if (setup->operations[i].kind == DO_STORE)
			return setup->operations[i].size;
	return SOME_SIZE;
}

static void check_empty(void)
{
	if (pages_alive())
		fail(FAIL_LEAK, "all is freed, but %ld pages are left", pages_alive());
	if (cache_alive("zs_handle"))
		fail(FAIL_LEAK, "all is freed, but %ld handles are left", cache_alive("zs_handle"));
	if (cache_alive("zspage"))
		fail(FAIL_LEAK, "all is freed, but %ld zspages are left", cache_alive("zspage"));
}

void world_check(void)
{
	work_run_all();
	if (destroyed) {
		check_empty();
		return;
	}
	balance("after the threads");
	balance_of_classes("after the threads");
	load_all();
	use_again(size_in_use());
	free_all();
	work_run_all();
	balance("after all is freed");
	check_empty();
	if (pools_alive() > 1)
		fail(FAIL_LEAK, "all is freed, but %d pools are left", pools_alive());
	callers_stop();
}
