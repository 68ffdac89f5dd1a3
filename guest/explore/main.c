// SPDX-License-Identifier: GPL-2.0
/* Explores scenarios, bounds in rising order, until the budget ends. */
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "choose.h"
#include "defect.h"
#include "executed.h"
#include "failure.h"
#include "generate.h"
#include "hash.h"
#include "memory.h"
#include "options.h"
#include "output.h"
#include "text.h"

struct hash hash_key;

static struct options options;
static struct scenario *scenarios;
static int scenario_count;
static char *settled;		/* of each: a higher bound has nothing to add */
static unsigned long *cost;	/* of each: schedules at the last bound */
static int *order;		/* of this shard: the cheapest first, so that a budget completes most */
static int ordered;
static struct totals totals;

/* Results are counted by name. */
static void refuse_same_names(void)
{
	int i, j;

	for (i = 1; i < options.file_count; i++)
		for (j = 0; j < i; j++)
			if (!strcmp(scenarios[i].name, scenarios[j].name))
				usage("%s: %s is named %s too, rename one", options.files[i],
				      options.files[j], scenarios[i].name);
}

static void gather(void)
{
	int i, generated = 0;

	if (options.generate)
		generated = generate(options.generate, options.touch, NULL);
	scenarios = calloc(options.file_count + generated + 1, sizeof(*scenarios));
	settled = calloc(options.file_count + generated + 1, 1);
	cost = calloc(options.file_count + generated + 1, sizeof(*cost));
	order = calloc(options.file_count + generated + 1, sizeof(*order));
	if (!scenarios || !settled || !cost || !order)
		defect("no memory for %d scenarios", generated);
	for (i = 0; i < options.file_count; i++)
		scenario_read(options.files[i], &scenarios[i]);
	refuse_same_names();
	if (options.generate)
		generate(options.generate, options.touch, scenarios + options.file_count);
	scenario_count = options.file_count + generated;
}

static void list(void)
{
	int i;

	for (i = 0; i < scenario_count; i++)
		scenario_print(stdout, &scenarios[i]);
}

static void report_failure(const struct scenario *scenario, int bound,
			   const struct search_result *result)
{
	if (!search_replay(scenario, &result->schedule)) {
		fputs("schedule: ", stderr);
		schedule_print(stderr, &result->schedule);
		fputc('\n', stderr);
		defect("a failing schedule of %s does not fail when it is replayed", scenario->name);
	}
	print_failure(scenario, bound, result->failed_at, &result->schedule);
}

/* Returns 0 when the whole run is to stop. */
static int explore_one(int index, int bound, double deadline)
{
	const struct scenario *scenario = &scenarios[index];
	struct search_limits limits = { deadline, options.stop_at != STOP_AT_NONE };
	static struct search_result result;

	choosing.bound = bound;
	search(scenario, &limits, &result);
	totals.schedules += result.schedules;
	totals.states += result.states;
	totals.cache_full += result.cache_full;
	print_scenario(scenario, bound, &result);
	if (result.failing)
		report_failure(scenario, bound, &result);
	cost[index] = result.schedules;
	settled[index] = result.exhausted || (result.failing && limits.stop_at_failure);
	return !(result.failing && options.stop_at == STOP_AT_FIRST);
}

static int all_settled(void)
{
	int i;

	for (i = options.shard; i < scenario_count; i += options.shards)
		if (!settled[i])
			return 0;
	return 1;
}

static int cheaper(const void *a, const void *b)
{
	int i = *(const int *)a, j = *(const int *)b;

	if (cost[i] != cost[j])
		return cost[i] < cost[j] ? -1 : 1;
	return i - j;
}

static void list_own(void)
{
	int i;

	for (i = options.shard; i < scenario_count; i += options.shards)
		order[ordered++] = i;
}

static const char *explore_bound(int bound, double deadline)
{
	int i;

	qsort(order, ordered, sizeof(*order), cheaper);
	for (i = 0; i < ordered; i++) {
		if (settled[order[i]])
			continue;
		if (now_ms() > deadline)
			return "budget";
		if (!explore_one(order[i], bound, deadline))
			return "stopped";
	}
	return now_ms() > deadline ? "budget" : NULL;
}

static const char *explore_all(double deadline)
{
	const char *reason;
	int bound;

	for (bound = 0; bound <= options.bound && !all_settled(); bound++) {
		reason = explore_bound(bound, deadline);
		if (reason)
			return reason;
	}
	return "complete";
}

static void explore(void)
{
	double start = now_ms();
	const char *reason;

	list_own();
	print_plan(scenarios, scenario_count, &options);
	reason = explore_all(start + options.budget_ms);

	totals.ms = now_ms() - start;
	print_executed();
	print_end(reason, &totals);
}

static void replay(void)
{
	static struct schedule schedule;
	const char *wrong = schedule_parse(&schedule, options.replay);

	if (wrong)
		usage("--replay \"%s\": %s", options.replay, wrong);
	if (search_replay(&scenarios[0], &schedule))
		print_failure(&scenarios[0], NO_BOUND, 1, &schedule);
	else if (choose_replay_fitted())
		print_replayed(&scenarios[0]);
	else
		usage("--replay: the schedule does not fit this scenario and kernel: "
		      "a thread ends or waits elsewhere than it says");
}

int main(int argc, char **argv)
{
	options_parse(&options, argc, argv);
	choosing = options.choosing;
	cache_limit(options.states);
	hash_key = hash_word((struct hash){ 0, 0 }, options.seed);
	gather();
	if (options.list) {
		list();
		return 0;
	}
	memory_map();
	executed_map();
	crash_catch();
	hang_watch();
	if (options.replay)
		replay();
	else
		explore();
	return 0;
}
