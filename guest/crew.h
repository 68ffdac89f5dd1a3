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
#define LANE_COUNTERS 6

struct wrong_page {
	struct page_id id;
	struct page_fault fault;
};

/* Shared by pid 1 and the workers of a lane; locked in memory. */
struct shared {
	atomic_int order;		/* enum order */
	atomic_int waiting;		/* workers that have halted */
	atomic_ullong written, verified, wrong, freed;
	atomic_uint wrong_noted;
	struct wrong_page wrong_page[WRONG_MAX];
	atomic_int kick;		/* CPU + 1 to shrink on; a futex */
	atomic_int swapoffs;		/* that came to their end */
	atomic_llong count[LANE_COUNTERS];	/* what the lane did */
	atomic_llong class_stored[ZS_CLASSES_MAX]; /* maximum seen */
};

struct tally {
	int64_t written, verified, wrong, freed;
};

struct worker {
	int number;
	int crew;			/* number of workers in the lane */
	int cpus;
	uint64_t seed;			/* of the lane */
	uint64_t random;		/* own state of next_random() */
	struct shared *shared;
};

struct lane_run;
typedef void (*worker_fn)(struct worker *worker);

/*
 * Run the workers as processes in the cgroup for the time of the lane, with a
 * sample every second and a quiet point every few seconds.  Returns NULL, or
 * what went wrong.
 */
const char *crew_run(struct lane_run *run, const worker_fn *fn, int count);

/* For workers: halt when ordered to.  False is the order to return. */
bool worker_go(struct worker *worker);
bool worker_sleep_us(struct worker *worker, unsigned int us);
void worker_pin(int cpu);
void worker_count(struct worker *worker, int counter, int64_t more);

struct shared *shared_create(void);
struct tally shared_tally(struct shared *shared);
void tally_record(const struct tally *tally);

#endif
