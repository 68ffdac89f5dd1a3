/* SPDX-License-Identifier: GPL-2.0 */
/* The command line. */
#ifndef EXPLORE_OPTIONS_H
#define EXPLORE_OPTIONS_H

#include "choose.h"
#include "scenario.h"

#define FILES_MAX 512

enum stop_at { STOP_AT_FIRST, STOP_AT_SCENARIO, STOP_AT_NONE };

struct options {
	const char *files[FILES_MAX];
	int file_count;
	int generate;			/* a size, or 0 */
	unsigned int touch;		/* a bit for each operation kind, or 0 for all */
	int bound;			/* the last one, or NO_BOUND */
	int shard, shards;
	unsigned long seed;
	unsigned long states;		/* that the cache keeps of a search */
	double budget_ms;
	enum stop_at stop_at;
	const char *replay;
	int list;
	int cpu_time;			/* the budget is CPU time */
	struct choosing choosing;
};

/* Ends the program with 2 for a bad argument. */
void options_parse(struct options *options, int argc, char **argv);

#endif
