/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PAGES_H
#define PAGES_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE_BYTES 4096

/* The noise of a page that repeats one word; zswap calls it same-filled. */
#define SAME_FILLED 0
/* The most noise that still leaves fillers in between. */
#define NOISE_MAX (PAGE_BYTES / 8 * 7)

/*
 * The identity of a page.  Every word of the page depends on all of it.  So
 * no two pages of a run are equal, and a stale, swapped or shifted page is
 * found.
 */
struct page_id {
	uint64_t seed;
	uint32_t region;
	uint32_t index;
	uint32_t generation;
	uint32_t noise;		/* bytes that do not compress */
};

struct page_fault {
	uint32_t offset;
	uint64_t expected;
	uint64_t got;
};

uint64_t mix64(uint64_t value);
uint64_t next_random(uint64_t *state);
void page_fill(void *page, const struct page_id *id);
bool page_check(const void *page, const struct page_id *id,
		struct page_fault *fault);

#endif
