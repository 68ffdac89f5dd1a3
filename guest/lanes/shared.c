// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that fault on the same pages, with swap on zram: a page is read back
 * by several at once, written, and goes out again into one of very few slots
 * while the slowest one is still at it.  Nobody may see an older content.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../lane.h"
#include "../pages.h"
#include "../records.h"
#include "../region.h"
#include "../swapdev.h"
#include "../zram.h"

#define SHARED_PAGES 4
/* The first one is the header: every second time a page gets its old slot. */
#define SHARED_SLOTS 3
/* Slots of the main swap meanwhile. */
#define SHARED_OTHERS 16
/* How often a page that does not leave is sent out. */
#define SHARED_TRIES 8
#define SHARED_READERS 2
#define SHARED_TURNS 64
/* So many turns of one page follow each other. */
#define SHARED_STAY 16
#define SHARED_PAUSE_US 300
#define SHARED_PARK_US 20
#define SHARED_BYTES (1LL << 20)
#define SHARED_MEMORY_KIB (64 * 1024)

enum { FAULTS };

struct mapping {
	struct worker *worker;
	uint8_t *base;
	uint32_t generation[SHARED_PAGES];
	atomic_uint turn;
	/* A bit for each reader that reads in this turn. */
	atomic_uint readers;
	/* The turn's page is on its way out. */
	atomic_bool sending;
	atomic_bool stop;
};

struct reader {
	struct mapping *mapping;
	unsigned int number;
	pthread_t thread;
};

static uint8_t *page_at(struct mapping *mapping, uint32_t index)
{
	return mapping->base + (size_t)index * PAGE_BYTES;
}

static struct page_id id_of(struct mapping *mapping, uint32_t index)
{
	struct page_id id = {
		.seed = mapping->worker->seed,
		.index = index,
		.generation = mapping->generation[index],
		.noise = 64 * (1 + index),
	};

	return id;
}

static uint32_t index_of(unsigned int turn)
{
	return turn / SHARED_STAY % SHARED_PAGES;
}

/*
 * A page that this CPU has read waits in a batch of this CPU, and cannot be
 * taken from there by another one.
 */
static void help_out(struct mapping *mapping, unsigned int turn)
{
	if (atomic_load(&mapping->sending))
		madvise(page_at(mapping, index_of(turn)), PAGE_BYTES,
			MADV_PAGEOUT);
}

/*
 * Once a turn, after the page went out: a reader that never rests would take
 * it back from the swap cache before it has left.
 */
static void *read_in_turn(void *argument)
{
	struct reader *reader = argument;
	struct mapping *mapping = reader->mapping;
	unsigned int seen = atomic_load(&mapping->turn), turn;
	struct rusage usage;

	/* A hold point may be for this thread alone. */
	prctl(PR_SET_NAME, "reader");
	while (!atomic_load(&mapping->stop)) {
		turn = atomic_load(&mapping->turn);
		if (turn == seen) {
			help_out(mapping, turn + 1);
			usleep(SHARED_PARK_US);
			continue;
		}
		seen = turn;
		if (atomic_load(&mapping->readers) & 1u << reader->number)
			*(volatile uint8_t *)page_at(mapping, index_of(turn));
	}
	if (!getrusage(RUSAGE_THREAD, &usage))
		worker_count(mapping->worker, FAULTS, usage.ru_majflt);
	return NULL;
}

/*
 * A page that stays, in a batch or in the swap cache, is read once more, and
 * sent out again.
 */
static void send_out(uint8_t *page)
{
	unsigned char resident;
	int tries;

	for (tries = 0; tries < SHARED_TRIES; tries++) {
		(void)*(volatile uint8_t *)page;
		madvise(page, PAGE_BYTES, MADV_PAGEOUT);
		if (mincore(page, PAGE_BYTES, &resident) || !(resident & 1))
			return;
		usleep(SHARED_PARK_US);
	}
}

static void take_turn(struct mapping *mapping, uint32_t index)
{
	struct worker *worker = mapping->worker;
	struct shared *shared = worker->shared;
	struct page_fault fault;
	struct page_id id;

	mapping->generation[index]++;
	id = id_of(mapping, index);
	page_fill(page_at(mapping, index), &id);
	atomic_fetch_add(&shared->written, 1);
	atomic_store(&mapping->sending, true);
	send_out(page_at(mapping, index));
	atomic_store(&mapping->sending, false);
	atomic_store(&mapping->readers, next_random(&worker->random));
	atomic_fetch_add(&mapping->turn, 1);
	usleep(next_random(&worker->random) % SHARED_PAUSE_US);
	if (!page_check(page_at(mapping, index), &id, &fault))
		note_wrong(shared, &id, &fault);
	atomic_fetch_add(&shared->verified, 1);
}

/* At a quiet point nobody may fault, so the readers end before one. */
static bool shared_round(struct mapping *mapping)
{
	struct reader reader[SHARED_READERS];
	int started, i;

	if (!worker_go(mapping->worker))
		return false;
	atomic_store(&mapping->stop, false);
	for (started = 0; started < SHARED_READERS; started++) {
		reader[started].mapping = mapping;
		reader[started].number = started;
		if (pthread_create(&reader[started].thread, NULL, read_in_turn,
				   &reader[started]))
			break;
	}
	for (i = 0; i < SHARED_TURNS; i++)
		take_turn(mapping,
			  index_of(atomic_load(&mapping->turn) + 1));
	atomic_store(&mapping->stop, true);
	for (i = 0; i < started; i++)
		pthread_join(reader[i].thread, NULL);
	return true;
}

static void shared_worker(struct worker *worker)
{
	struct mapping mapping = { .worker = worker };

	mapping.base = mmap(NULL, SHARED_PAGES * PAGE_BYTES,
			    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	if (mapping.base == MAP_FAILED)
		return;
	madvise(mapping.base, SHARED_PAGES * PAGE_BYTES, MADV_NOHUGEPAGE);
	while (shared_round(&mapping))
		;
}

static void shared_run(struct lane_run *run)
{
	worker_fn fn[1] = { shared_worker };
	int ret;

	if (!zram_present()) {
		lane_skip(run, "this kernel has no zram");
		return;
	}
	zram_reset();
	/* With a large swap each CPU would keep 64 slots ready, all of ours. */
	ret = swapdev_resize(SHARED_OTHERS) ?:
	      zram_start(SHARED_BYTES, SHARED_SLOTS);
	if (!ret) {
		lane_fail(run, crew_run(run, fn, 1));
		ret = zram_stop();
	}
	ret = swapdev_resize(SWAPDEV_WHOLE) ?: ret;
	if (ret)
		lane_fail(run, strerror(-ret));
}

DEFINE_LANE(shared,
	.memory_kib = SHARED_MEMORY_KIB,
	.counters = { [FAULTS] = "faults" },
	.run = shared_run
);
