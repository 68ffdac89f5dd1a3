// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that fault on the same pages, with swap on zram: a page is read back
 * by two at once, written, and goes out again into one of very few slots while
 * the slower one is still at it.  Nobody may see an older content.
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
#include "../zram.h"

#define SHARED_PAGES 4
/* One more than the pages: a page often gets its old slot. */
#define SHARED_SLOTS 6
#define SHARED_READERS 2
#define SHARED_TURNS 64
#define SHARED_PAUSE_US 300
#define SHARED_BYTES (1LL << 20)
#define SHARED_MEMORY_KIB (8 * 1024)

enum { FAULTS };

struct mapping {
	struct worker *worker;
	uint8_t *base;
	uint32_t generation[SHARED_PAGES];
	atomic_bool stop;
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

static void *read_until_stopped(void *argument)
{
	struct mapping *mapping = argument;
	struct rusage usage;
	uint32_t i = 0;

	/* A hold point may be for this thread alone. */
	prctl(PR_SET_NAME, "reader");
	while (!atomic_load(&mapping->stop))
		*(volatile uint8_t *)page_at(mapping, i++ % SHARED_PAGES);
	if (!getrusage(RUSAGE_THREAD, &usage))
		worker_count(mapping->worker, FAULTS, usage.ru_majflt);
	return NULL;
}

static void turn(struct mapping *mapping, uint32_t index)
{
	struct shared *shared = mapping->worker->shared;
	struct page_fault fault;
	struct page_id id;

	mapping->generation[index]++;
	id = id_of(mapping, index);
	page_fill(page_at(mapping, index), &id);
	atomic_fetch_add(&shared->written, 1);
	madvise(page_at(mapping, index), PAGE_BYTES, MADV_PAGEOUT);
	usleep(next_random(&mapping->worker->random) % SHARED_PAUSE_US);
	if (!page_check(page_at(mapping, index), &id, &fault))
		note_wrong(shared, &id, &fault);
	atomic_fetch_add(&shared->verified, 1);
}

/* At a quiet point nobody may fault, so the readers end before one. */
static bool shared_round(struct mapping *mapping)
{
	pthread_t reader[SHARED_READERS];
	int started, i;

	if (!worker_go(mapping->worker))
		return false;
	atomic_store(&mapping->stop, false);
	for (started = 0; started < SHARED_READERS; started++)
		if (pthread_create(&reader[started], NULL, read_until_stopped,
				   mapping))
			break;
	for (i = 0; i < SHARED_TURNS; i++)
		turn(mapping, i % SHARED_PAGES);
	atomic_store(&mapping->stop, true);
	for (i = 0; i < started; i++)
		pthread_join(reader[i], NULL);
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
	ret = zram_start(SHARED_BYTES, SHARED_SLOTS);
	if (ret) {
		lane_fail(run, strerror(-ret));
		return;
	}
	lane_fail(run, crew_run(run, fn, 1));
	ret = zram_stop();
	if (ret)
		lane_fail(run, strerror(-ret));
}

DEFINE_LANE(shared,
	.memory_kib = SHARED_MEMORY_KIB,
	.counters = { [FAULTS] = "faults" },
	.run = shared_run
);
