/* SPDX-License-Identifier: GPL-2.0 */
/* The JSON lines that the program prints. */
#ifndef EXPLORE_OUTPUT_H
#define EXPLORE_OUTPUT_H

#include "search.h"

struct totals {
	unsigned long schedules, states;
	int cache_full;			/* searches of a scenario at a bound */
	double ms;
};

struct options;
/* Names all scenarios of the run, of every shard. */
void print_plan(const struct scenario *scenarios, int count, const struct options *options);
void print_scenario(const struct scenario *scenario, int bound, const struct search_result *result);
/* After search_replay(): the failure and its steps. */
void print_failure(const struct scenario *scenario, int bound, unsigned long nth,
		   const struct schedule *schedule);
void print_replayed(const struct scenario *scenario);
void print_executed(void);
void print_end(const char *reason, const struct totals *totals);

#endif
