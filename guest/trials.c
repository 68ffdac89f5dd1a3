// SPDX-License-Identifier: GPL-2.0
/*
 * Random delays at a few places find most races, if the places are well
 * chosen.  So a trial that brought a new order of two points is kept, and
 * half of the later ones are variants of one that was kept.
 */
#include "trials.h"

#include <string.h>

#include "hold.h"
#include "pages.h"
#include "records.h"

#define HELD_MAX 5
#define WATCHED 4
#define KEPT_MAX 16
#define SHORTEST_US 200
/* 200 us << 6 is 12.8 ms. */
#define DOUBLINGS 7
/* Trials in which a point was not reached before it is left alone. */
#define PATIENCE 3

struct held {
	int point, until;
	unsigned int us;
};

struct trial {
	struct held held[HELD_MAX];
	int count;
};

static struct {
	uint64_t random;
	int64_t next_ms;
	unsigned int number;
	struct trial now;
	bool running;
	struct trial kept[KEPT_MAX];
	unsigned int kept_count;
	unsigned int tries[HOLD_POINTS_MAX];
	struct hold_counters before;
} search;

static unsigned int dice(unsigned int sides)
{
	return next_random(&search.random) % sides;
}

unsigned int trials_longest_us(void)
{
	return hold_trial_ms() ? SHORTEST_US << DOUBLINGS : 0;
}

static bool is_idle(int point)
{
	return search.tries[point] >= PATIENCE &&
	       !search.before.value[point][HOLD_REACHED];
}

/* The host lists the likeliest first, so the first quarter gets half of them. */
static int any_point(void)
{
	int points = hold_points();

	return dice(points) * (uint64_t)(dice(points) + 1) / points;
}

/* The one with fewest tries out of three that are not idle, if there are any. */
static int pick_point(void)
{
	int best = any_point(), i;

	for (i = 0; i < 8; i++) {
		int other = any_point();

		if (is_idle(best) ||
		    (i < 2 && !is_idle(other) &&
		     search.tries[other] < search.tries[best]))
			best = other;
	}
	return best;
}

static bool has_point(const struct trial *trial, int point)
{
	int i;

	for (i = 0; i < trial->count; i++)
		if (trial->held[i].point == point)
			return true;
	return false;
}

static unsigned int pick_us(void)
{
	unsigned int us = SHORTEST_US << dice(DOUBLINGS);

	return us + dice(us);
}

static void add_held(struct trial *trial)
{
	struct held *held = &trial->held[trial->count];
	int point = pick_point();

	if (trial->count == HELD_MAX || has_point(trial, point))
		return;
	held->point = point;
	held->us = pick_us();
	held->until = dice(3) ? NO_POINT : pick_point();
	if (held->until == point)
		held->until = NO_POINT;
	trial->count++;
}

static void vary(struct trial *trial)
{
	struct held *held = &trial->held[dice(trial->count)];

	switch (dice(4)) {
	case 0:
		held->us = pick_us();
		break;
	case 1:
		held->until = dice(2) ? pick_point() : NO_POINT;
		if (held->until == held->point)
			held->until = NO_POINT;
		break;
	case 2:
		add_held(trial);
		break;
	default:
		*held = trial->held[--trial->count];
		add_held(trial);
	}
}

static void choose(struct trial *trial)
{
	int i;
	int wanted = 1 + dice(HELD_MAX);

	if (search.kept_count && dice(2)) {
		unsigned int kept = search.kept_count < KEPT_MAX ?
					    search.kept_count : KEPT_MAX;

		*trial = search.kept[dice(kept)];
		vary(trial);
	} else {
		memset(trial, 0, sizeof(*trial));
	}
	for (i = 0; i < 2 * HELD_MAX && trial->count < wanted; i++)
		add_held(trial);
}

static void record_trial(struct lane_run *run, const struct trial *trial)
{
	int i;

	rec_begin("trial");
	rec_str("lane", run->name);
	rec_num("number", search.number);
	rec_num("orders", search.before.orders);
	rec_open("armed", '[');
	for (i = 0; i < trial->count; i++) {
		rec_open(NULL, '{');
		rec_num("point", trial->held[i].point);
		rec_num("until", trial->held[i].until);
		rec_num("us", trial->held[i].us);
		rec_close('}');
	}
	rec_close(']');
	rec_send();
}

static void begin_trial(struct lane_run *run)
{
	struct trial *trial = &search.now;
	int i;

	choose(trial);
	search.number++;
	record_trial(run, trial);
	for (i = 0; i < trial->count; i++) {
		search.tries[trial->held[i].point]++;
		hold_arm(trial->held[i].point, trial->held[i].until,
			 trial->held[i].us);
	}
	/* Orders need points that are only watched. */
	for (i = 0; i < WATCHED; i++) {
		int point = pick_point();

		search.tries[point]++;
		hold_watch(point);
	}
	search.running = true;
}

static void end_trial(void)
{
	int64_t orders = search.before.orders;

	hold_disarm();
	search.running = false;
	hold_read(&search.before);
	if (search.before.orders > orders)
		search.kept[search.kept_count++ % KEPT_MAX] = search.now;
}

void trials_begin(struct lane_run *run)
{
	if (!hold_trial_ms() || !hold_points())
		return;
	search.random = run->seed ^ mix64(0x7472);
	search.next_ms = now_ms();
	/* Another lane reaches other points. */
	memset(search.tries, 0, sizeof(search.tries));
	hold_read(&search.before);
}

void trials_tick(struct lane_run *run)
{
	if (!hold_trial_ms() || !hold_points() || now_ms() < search.next_ms)
		return;
	if (search.running)
		end_trial();
	begin_trial(run);
	search.next_ms = now_ms() + hold_trial_ms();
}

void trials_end(void)
{
	if (search.running)
		end_trial();
}
