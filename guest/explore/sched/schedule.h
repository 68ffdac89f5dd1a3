/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A schedule as text: "1:42 2:17 1:end". Thread 1 runs through 42 hooks, thread
 * 2 through 17, thread 1 to its end. A hook is an access, an atomic or a lock
 * operation of instrumented code; where it waits is one more. "f2" flushes the
 * oldest store of thread 2 (--memory tso); there the racy words, whose stores are
 * held back, come first: "w20000000a1b8".
 */
#ifndef EXPLORE_SCHEDULE_H
#define EXPLORE_SCHEDULE_H

#include <stdio.h>

#define SEGMENTS_MAX	4096
#define TO_THE_END	(~0UL)

struct segment {
	int thread;
	int flush;
	unsigned long until;
	unsigned long word;		/* a racy word and nothing else, or 0 */
};

struct schedule {
	int count;
	struct segment segments[SEGMENTS_MAX];
};

void schedule_add(struct schedule *schedule, struct segment segment);
/* Returns NULL, or what is wrong with the text. */
const char *schedule_parse(struct schedule *schedule, const char *text);
void schedule_print(FILE *to, const struct schedule *schedule);

#endif
