// SPDX-License-Identifier: GPL-2.0
#include "choose.h"

#include <string.h>

#include "cache.h"
#include "defect.h"
#include "fiber.h"
#include "memory.h"
#include "stores.h"
#include "trace.h"

#define DECISIONS_MAX	(1 << 16)
#define STEPS_MAX	400000UL
/* The rest of a schedule is for flushes and racy words. */
#define SWITCHES_MAX	(SEGMENTS_MAX / 4)
#define CHOICES_MAX	(2 * THREADS_MAX)

/* What can happen next: a thread runs, or (TSO) its oldest store is seen. */
struct choice {
	uint8_t thread, flush;
};

struct decision {
	uint8_t count, chosen;
	struct choice choices[CHOICES_MAX];
};

struct choosing choosing = { .bound = 2, .points = POINTS_RACY, .use_cache = 1 };

static struct decision decisions[DECISIONS_MAX];
static int decision_count;

/* Of this execution. */
static enum { STOPPED, SEARCHING, REPLAYING } mode;
static int depth, preemptions, threads;
static unsigned long steps;
static struct hash last_state;
static struct schedule taken;
static const struct schedule *followed;
static int follow_at, misfit;

/* Of this search. */
static int found_racy, was_bounded;

int exploring(void)
{
	return mode != STOPPED;
}

int replaying(void)
{
	return mode == REPLAYING;
}

const struct schedule *choose_schedule(void)
{
	return &taken;
}

int choose_preemptions(void)
{
	return preemptions;
}

unsigned long choose_steps(void)
{
	return steps;
}

/* Racy words */

void choose_found_racy(unsigned long address)
{
	found_racy += word_found_racy(address);
}

int choose_found_count(void)
{
	return found_racy;
}

void choose_forget_found(void)
{
	found_racy = 0;
}

void choose_new_round(void)
{
	words_use_found();
	was_bounded = 0;
}

int choose_was_bounded(void)
{
	return was_bounded;
}

/* Branches */

void choose_first_branch(void)
{
	decision_count = 0;
}

int choose_next_branch(void)
{
	struct decision *last;

	while (decision_count) {
		last = &decisions[decision_count - 1];
		if (last->chosen + 1 < last->count) {
			last->chosen++;
			return 1;
		}
		decision_count--;
	}
	return 0;
}

static void begin(int thread_count)
{
	threads = thread_count;
	depth = preemptions = 0;
	steps = 0;
	last_state = (struct hash){ 0, 0 };
	taken.count = 0;
}

void choose_begin(int thread_count)
{
	begin(thread_count);
	mode = SEARCHING;
}

void choose_replay(const struct schedule *schedule)
{
	begin(THREADS_MAX);
	followed = schedule;
	/* What the search found after its failure, or in that very round, held no store back. */
	words_forget_racy();
	for (follow_at = 0; schedule->segments[follow_at].word; follow_at++)
		if (memory_is_tracked(schedule->segments[follow_at].word))
			word_found_racy(schedule->segments[follow_at].word);
	words_use_found();
	misfit = 0;
	mode = REPLAYING;
}

int choose_replay_fitted(void)
{
	return !misfit && follow_at + 1 == followed->count;
}

void choose_stop(void)
{
	mode = STOPPED;
}

/* Which choice */

static struct hash state_now(void)
{
	struct hash state = hash_word((struct hash){ 3, 4 }, current_fiber);
	int t;

	for (t = 1; t <= THREADS_MAX; t++) {
		state = hash_mix(state, fibers[t].history);
		state = hash_word(state, fibers[t].state);
		state = hash_word(state, fibers[t].way);
		state = hash_mix(state, stores_hash(t));
	}
	return state;
}

/* One more decision of the path, the first time that it is met. */
static struct choice decide(const struct choice *choices, int count)
{
	struct decision *decision = &decisions[depth];

	if (depth == decision_count) {
		if (decision_count == DECISIONS_MAX)
			fail(FAIL_NO_END, "no end after %d choices between threads", DECISIONS_MAX);
		decision->count = count;
		decision->chosen = 0;
		memcpy(decision->choices, choices, count * sizeof(*choices));
		decision_count++;
	}
	if (decision->count != count || memcmp(decision->choices, choices, count * sizeof(*choices)))
		defect("an execution did not repeat itself at decision %d", depth);
	depth++;
	return decision->choices[decision->chosen];
}

static int list_choices(struct choice *choices, int goes_on)
{
	int t, count = 0;

	if (goes_on)
		choices[count++] = (struct choice){ current_fiber, 0 };
	for (t = 1; t <= THREADS_MAX; t++) {
		if (t == current_fiber || fibers[t].state == FIBER_UNUSED || !fiber_can_run(t))
			continue;
		if (goes_on && preemptions >= choosing.bound)
			was_bounded = 1;
		else
			choices[count++] = (struct choice){ t, 0 };
	}
	for (t = 1; t <= THREADS_MAX; t++)
		if ((t != current_fiber || !goes_on) && stores_pending(t))
			choices[count++] = (struct choice){ t, 1 };
	return count;
}

static void fail_deadlock(void)
{
	int t;

	for (t = 1; t <= THREADS_MAX; t++)
		if (fibers[t].state == FIBER_BLOCKED)
			fail(FAIL_DEADLOCK, "deadlock: thread %d waits for %s at %p and nobody can go on",
			     t, fibers[t].waits_what, fibers[t].waits_for);
}

static struct choice search_choice(int goes_on)
{
	struct choice choices[CHOICES_MAX];
	int count = list_choices(choices, goes_on);
	struct hash state;

	if (!count)
		return (struct choice){ 0, 0 };
	if (count == 1)
		return choices[0];
	state = state_now();
	/* Nothing happened since this was last asked. */
	if (goes_on && hash_equal(state, last_state))
		return choices[0];
	last_state = state;
	if (depth == decision_count && choosing.use_cache && cache_seen(state, preemptions))
		fiber_end_execution(OUTCOME_PRUNED);
	return decide(choices, count);
}

/* Whether a thread leaves a part of the schedule where that says. */
static int ends_here(const struct segment *segment)
{
	if (segment->flush)
		return 1;
	if (fiber_now()->state == FIBER_DONE)
		return segment->until == TO_THE_END;
	return segment->until == fiber_now()->events;
}

static struct choice replay_choice(int goes_on)
{
	const struct segment *at = &followed->segments[follow_at], *next = at + 1;
	int more = follow_at + 1 < followed->count;

	if (goes_on && (fiber_now()->events < at->until || !more))
		return (struct choice){ current_fiber, 0 };
	if (more) {
		misfit |= !ends_here(at);
		follow_at++;
		return (struct choice){ next->thread, next->flush };
	}
	/* The text ends before the execution: the rest runs in order. */
	for (int t = 1; t <= THREADS_MAX; t++)
		if (fibers[t].state != FIBER_UNUSED && fiber_can_run(t))
			return (struct choice){ t, 0 };
	return (struct choice){ 0, 0 };
}

static void leave_segment(void)
{
	int ended = fiber_now()->state == FIBER_DONE;

	if (taken.count >= SWITCHES_MAX)
		fail(FAIL_NO_END, "no end after %d switches between threads", SWITCHES_MAX);
	schedule_add(&taken, (struct segment){
		.thread = current_fiber,
		.until = ended ? TO_THE_END : fiber_now()->events,
	});
}

static void check_fits(struct choice choice)
{
	int t = choice.thread;

	if (!replaying() || (choice.flush && stores_pending(t)))
		return;
	if (choice.flush || fibers[t].state == FIBER_UNUSED || !fiber_can_run(t))
		usage("--replay: the schedule does not fit this scenario and kernel: thread %d cannot go on at part %d",
		      t, follow_at + 1);
}

static void choose(int goes_on)
{
	struct choice choice;
	int left = 0;

	if (++steps > STEPS_MAX)
		fail(FAIL_NO_END, "no end after %lu steps of all threads", steps);
	for (;;) {
		choice = replaying() ? replay_choice(goes_on) : search_choice(goes_on);
		if (!choice.thread) {
			fail_deadlock();
			if (!left)
				leave_segment();
			fiber_end_execution(OUTCOME_DONE);
		}
		check_fits(choice);
		if (!choice.flush)
			break;
		if (!left++)
			leave_segment();
		schedule_add(&taken, (struct segment){ .thread = choice.thread, .flush = 1 });
		/* Below what the running thread stored to the same word, and still holds back. */
		if (goes_on)
			stores_hide(current_fiber);
		stores_flush_oldest(choice.thread);
		if (goes_on)
			stores_show(current_fiber);
	}
	if (choice.thread == current_fiber)
		return;
	if (!left)
		leave_segment();
	preemptions += goes_on;
	if (fiber_now()->state != FIBER_DONE)
		stores_hide(current_fiber);
	trace_switch(choice.thread);
	stores_show(choice.thread);
	fiber_switch(choice.thread);
}

void choose_point(void)
{
	if (exploring())
		choose(1);
}

void choose_point_at(unsigned long address)
{
	if (!exploring())
		return;
	if (replaying() || choosing.points == POINTS_ALL ||
	    (choosing.points == POINTS_RACY && word_is_racy(address)))
		choose(1);
}

void choose_blocked(void)
{
	struct fiber *fiber = fiber_now();

	fiber->state = FIBER_BLOCKED;
	if (!exploring()) {
		if (!fiber_can_run(current_fiber))
			fail(FAIL_DEADLOCK, "deadlock: the only thread waits for %s at %p",
			     fiber->waits_what, fiber->waits_for);
		fiber->state = FIBER_READY;
		return;
	}
	fiber->events++;
	stores_drain(current_fiber);
	choose(fiber_can_run(current_fiber));
	fiber->state = FIBER_READY;
}

void choose_after_end(void)
{
	fiber_now()->state = FIBER_DONE;
	/* Its last stores may be seen later than its end. */
	stores_hide(current_fiber);
	trace_end();
	if (!exploring())
		fiber_end_execution(OUTCOME_DONE);
	choose(0);
	defect("a thread went on after its end");
}

int choose_begin_with(void)
{
	struct choice choices[THREADS_MAX];
	int t;

	if (replaying())
		return followed->segments[follow_at].thread;
	for (t = 0; t < threads; t++)
		choices[t] = (struct choice){ t + 1, 0 };
	return threads > 1 ? decide(choices, threads).thread : 1;
}
