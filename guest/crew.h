/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CREW_H
#define CREW_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pages.h"
#include "zsclasses.h"

#define WORKERS_MAX 8
#define WRONG_MAX 20

struct wrong_page {
	struct page_id id;
	struct page_fault fault;
};

/* What pid 1 and the workers of a lane share; locked in memory. */
struct shared {
	atomic_int order;		/* enum order */
	atomic_int waiting;		/* workers that stand still */
	atomic_ullong written, verified, wrong, freed;
	atomic_uint wrong_noted;
	struct wrong_page wrong_page[WRONG_MAX];
	atomic_int kick;		/* CPU + 1 that shall shrink; a futex */
	atomic_llong class_stored[ZS_CLASSES_MAX]; /* most objects seen */
};

struct tally {
	int64_t written, verified, wrong, freed;
};

struct worker {
	int number;
	int crew;			/* how many workers the lane has */
	int cpus;
	uint64_t seed;			/* of the lane */
	uint64_t random;		/* private state of next_random() */
	struct shared *shared;
};

struct lane_run;
typedef void (*worker_fn)(struct worker *worker);

/*
 * Run workers as processes in the cgroup for the time of the lane: samples
 * every second, a quiet point every few seconds.  NULL or what went wrong.
 */
const char *crew_run(struct lane_run *run, const worker_fn *fn, int count);

/* For workers: stand still when told; false means go home. */
bool worker_go(struct worker *worker);
bool worker_sleep_us(struct worker *worker, unsigned int us);
void worker_pin(int cpu);

struct shared *shared_create(void);
struct tally shared_tally(struct shared *shared);
void tally_record(const struct tally *tally);

#endif
