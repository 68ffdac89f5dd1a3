// SPDX-License-Identifier: GPL-2.0
#include "search.h"

#include <string.h>
#include <time.h>

#include "cache.h"
#include "choose.h"
#include "defect.h"
#include "failure.h"
#include "fiber.h"
#include "memory.h"
#include "objects.h"
#include "stores.h"
#include "trace.h"

static const struct scenario *running;

const struct scenario *scenario_running(void)
{
	return running;
}

double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static enum outcome run_alone(int fiber, const struct program *program)
{
	fiber_prepare(fiber, program);
	return fiber_run(fiber);
}

/* 0 if the set-up itself failed. */
static int set_up(const struct scenario *scenario)
{
	running = scenario;
	memory_reset();
	objects_reset();
	stores_forget();
	failure_forget();
	choose_stop();
	if (run_alone(FIBER_SETUP, &scenario->setup) != OUTCOME_DONE)
		return 0;
	memory_save();
	objects_save();
	return 1;
}

static struct hash final_state(void)
{
	struct hash state = { 5, 6 };
	int t;

	for (t = 1; t <= THREADS_MAX; t++)
		state = hash_word(hash_mix(hash_mix(state, fibers[t].history), stores_hash(t)),
				  fibers[t].way);
	return state;
}

/* Two schedules that end in one state leave the same behind: the first is looked at. */
static enum outcome look_at_what_is_left(struct search_result *result)
{
	int searches = !replaying(), known;

	choose_stop();
	known = searches && cache_seen(final_state(), 0);
	if (known && choosing.use_cache)
		return OUTCOME_DONE;
	result->ends += !known;
	return run_alone(FIBER_AFTER, NULL);
}

static void restore(const struct scenario *scenario)
{
	int t;

	memory_restore();
	objects_restore();
	stores_forget();
	failure_forget();
	for (t = 1; t <= THREADS_MAX; t++) {
		fiber_prepare(t, &scenario->thread[t - 1]);
		if (t > scenario->threads)
			fibers[t].state = FIBER_UNUSED;
	}
}

/* choose_begin() or choose_replay() came before. */
static enum outcome execute(const struct scenario *scenario, struct search_result *result)
{
	enum outcome outcome;

	restore(scenario);
	outcome = fiber_run(choose_begin_with());
	result->schedules++;
	result->steps += choose_steps();
	if (outcome == OUTCOME_DONE)
		outcome = look_at_what_is_left(result);
	return outcome;
}

/* What a store buffer holds back depends on the words that the rounds found. */
static void add_words(struct schedule *schedule)
{
	unsigned long word;
	int i;

	for (i = 0; choosing.tso && (word = words_used(i)); i++)
		schedule_add(schedule, (struct segment){ .word = word });
}

static void keep_failure(struct search_result *result)
{
	const struct schedule *taken = choose_schedule();
	int i;

	result->failing++;
	if (result->failed_at)
		return;
	result->failed_at = result->schedules;
	result->schedule.count = 0;
	add_words(&result->schedule);
	for (i = 0; i < taken->count; i++)
		schedule_add(&result->schedule, taken->segments[i]);
	/* The thread that failed is the last one to run. */
	if (fiber_is_thread(failure.fiber))
		schedule_add(&result->schedule, (struct segment){ .thread = failure.fiber, .until = TO_THE_END });
}

/* One pass over all schedules that the points known so far allow. */
static int search_round(const struct scenario *scenario, const struct search_limits *limits,
			struct search_result *result)
{
	choose_first_branch();
	choose_forget_found();
	choose_new_round();
	cache_clear();
	result->ends = 0;
	do {
		choose_begin(scenario->threads);
		if (execute(scenario, result) == OUTCOME_FAILED) {
			keep_failure(result);
			if (limits->stop_at_failure)
				return 0;
		}
		if (now_ms() > limits->deadline)
			return 0;
	} while (choose_next_branch());
	return 1;
}

static void fail_in_set_up(struct search_result *result)
{
	result->failing = result->failed_at = 1;
	result->schedules = 1;
	schedule_add(&result->schedule, (struct segment){ .thread = 1, .until = TO_THE_END });
}

void search(const struct scenario *scenario, const struct search_limits *limits,
	    struct search_result *result)
{
	double start = now_ms();

	memset(result, 0, sizeof(*result));
	words_forget_racy();
	if (!set_up(scenario)) {
		fail_in_set_up(result);
		return;
	}
	/* New points call for a new round, until there is no new one. */
	do {
		result->complete = search_round(scenario, limits, result);
	} while (result->complete && choosing.points == POINTS_RACY && choose_found_count());
	result->exhausted = result->complete && !choose_was_bounded();
	result->states = cache_states();
	result->cache_full = cache_was_full();
	result->ms = now_ms() - start;
}

int search_replay(const struct scenario *scenario, const struct schedule *schedule)
{
	struct search_result result = { 0 };
	int failed;

	trace_start();
	if (!set_up(scenario)) {
		trace_stop();
		return 1;
	}
	trace_start();
	choose_replay(schedule);
	failed = execute(scenario, &result) == OUTCOME_FAILED;
	trace_stop();
	return failed;
}
