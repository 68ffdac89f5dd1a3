// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "squeeze.h"

#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "pages.h"
#include "records.h"
#include "zswap.h"

/* So many that each is written out long before it is used again. */
#define PAGES 256
/* A run of the worker takes less than a millisecond. */
#define KNOCKS 64
#define KNOCK_US 300

static bool of_memcg;

void squeeze_setup(enum reclaim reclaim)
{
	of_memcg = reclaim == RECLAIM_MEMCG;
}

bool squeeze_open(struct squeeze *squeeze, uint64_t random)
{
	squeeze->base = mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	squeeze->next = 0;
	squeeze->pages = PAGES;
	squeeze->brief = false;
	squeeze->random = random;
	squeeze->home = zswap_limit_now();
	return squeeze->base != MAP_FAILED;
}

/* Store one page, on which zswap's pool is full. */
static void knock(struct squeeze *squeeze)
{
	uint8_t *page = squeeze->base +
			(size_t)(squeeze->next++ % squeeze->pages) * PAGE_BYTES;

	/* One random word in zeros: the page is not same-filled. */
	*(volatile uint64_t *)page = next_random(&squeeze->random);
	zswap_limit(0);
	madvise(page, PAGE_BYTES, MADV_PAGEOUT);
}

/*
 * Where each memory cgroup has an LRU, a fresh entry gets a second chance, and
 * a run of the worker ends after 16 of them.  It computes its goal when it
 * starts.  So the limit stays until the worker has tried to write a page back.
 */
static void knock_until_tried(struct squeeze *squeeze)
{
	int64_t seen = zswap_tried();
	int knocks;

	for (knocks = 0; knocks < KNOCKS; knocks++) {
		knock(squeeze);
		if (zswap_tried() != seen || zswap_is_empty())
			return;
		usleep(KNOCK_US);
	}
}

/* While the worker is held in a writeback, others can store again. */
static void knock_until_started(struct squeeze *squeeze)
{
	knock(squeeze);
	usleep(KNOCK_US);
}

void squeeze_once(struct squeeze *squeeze)
{
	int nice = getpriority(PRIO_PROCESS, 0);

	/* Otherwise the shrink worker may run while the limit is 0. */
	setpriority(PRIO_PROCESS, 0, -20);
	if (of_memcg && squeeze->brief)
		knock_until_started(squeeze);
	else if (of_memcg)
		knock_until_tried(squeeze);
	else
		knock(squeeze);
	zswap_limit(squeeze->home == NONE ? 1 : squeeze->home);
	setpriority(PRIO_PROCESS, 0, nice);
}
