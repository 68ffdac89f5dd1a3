/* SPDX-License-Identifier: GPL-2.0 */
/* Where another thread may go on, and which one does. */
#ifndef EXPLORE_CHOOSE_H
#define EXPLORE_CHOOSE_H

#include "explore.h"
#include "schedule.h"

enum points { POINTS_SYNC, POINTS_RACY, POINTS_ALL };

#define NO_BOUND 0x7fffffff

struct choosing {
	int bound;		/* preemptions, or NO_BOUND */
	enum points points;
	int use_cache;
	int tso;
};

extern struct choosing choosing;

/* Decisions of one search, depth first. */
void choose_first_branch(void);
int choose_next_branch(void);		/* 0 when there is none left */
void choose_begin(int threads);		/* an execution of the search */
void choose_replay(const struct schedule *schedule);	/* one that follows it */
int choose_replay_fitted(void);		/* each part was run as it says */
void choose_stop(void);			/* the aftermath: one fiber is left */
void choose_new_round(void);
int choose_was_bounded(void);		/* a preemption was refused in this round */
int choose_begin_with(void);		/* the thread that starts */

int exploring(void);
int replaying(void);

/* Called by every hook, before what it stands for happens. */
void choose_point(void);
/* The same where only a later search needs it: racy words, all accesses. */
void choose_point_at(unsigned long address);
void choose_blocked(void);
void choose_after_end(void) __attribute__((noreturn));

/* A word turned out to be a place to switch at, which this search did not. */
void choose_found_racy(unsigned long address);
int choose_found_count(void);
void choose_forget_found(void);

const struct schedule *choose_schedule(void);	/* of this execution so far */
int choose_preemptions(void);
unsigned long choose_steps(void);

#endif
