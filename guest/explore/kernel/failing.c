// SPDX-License-Identifier: GPL-2.0
/*
 * From which writeback on a fiber's shrink fails, and where. zsmalloc tries the
 * same zspage again, so one failure alone would soon be forgotten.
 */
#include "services.h"

static struct {
	int on;
	enum failing_place place;
	int at, count;
} failing[FIBERS];

void failing_begin(enum failing_place place, int eviction)
{
	failing[current_fiber].on = 1;
	failing[current_fiber].place = place;
	failing[current_fiber].at = eviction;
	failing[current_fiber].count = 0;
}

void failing_end(void)
{
	failing[current_fiber].on = 0;
}

static int stores_fail[FIBERS];

void failing_store(int on)
{
	stores_fail[current_fiber] = on;
}

int failing_is_store(void)
{
	return stores_fail[current_fiber];
}

int failing_is_on(void)
{
	return failing[current_fiber].on;
}

void failing_next_eviction(void)
{
	failing[current_fiber].count++;
}

int failing_at(enum failing_place place)
{
	return failing[current_fiber].on && failing[current_fiber].place == place &&
	       failing[current_fiber].count >= failing[current_fiber].at;
}
