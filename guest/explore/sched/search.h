/* SPDX-License-Identifier: GPL-2.0 */
/* All schedules of one scenario up to a bound. */
#ifndef EXPLORE_SEARCH_H
#define EXPLORE_SEARCH_H

#include "schedule.h"
#include "scenario.h"

struct search_limits {
	double deadline;		/* of now_ms() */
	int stop_at_failure;
};

struct search_result {
	unsigned long schedules, states, steps, failing;
	unsigned long ends;		/* distinct, while the cache has room */
	int cache_full;
	int complete;
	int exhausted;			/* a higher bound has no more schedules */
	unsigned long failed_at;	/* the schedule that failed first, or 0 */
	struct schedule schedule;	/* that one */
	double ms;
};

double now_ms(void);
/* From now on now_ms() is the time that this process ran: others may have the CPU. */
void count_cpu_time(void);
void search(const struct scenario *scenario, const struct search_limits *limits,
	    struct search_result *result);
/* Follows a schedule; 1 if it fails: then trace and failure tell how. */
int search_replay(const struct scenario *scenario, const struct schedule *schedule);

#endif
