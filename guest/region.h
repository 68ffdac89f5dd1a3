/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REGION_H
#define REGION_H

#include <stdbool.h>
#include <stdint.h>

#include "crew.h"

/*
 * Anonymous memory of one worker; every page has a pattern of its own.
 * "noise" says how well page INDEX compresses.  It must not depend on
 * anything else.
 */
struct region {
	struct worker *worker;
	uint8_t *base;
	uint32_t capacity;	/* pages mapped */
	uint32_t pages;		/* pages in use */
	uint32_t id;
	uint32_t generation;
	uint32_t filled;	/* leading pages that hold this generation */
	bool push;		/* page out behind fill and verify */
	uint32_t noise_arg;
	uint32_t (*noise)(const struct region *region, uint32_t index);
};

bool region_open(struct region *region, struct worker *worker, uint32_t id,
		 uint32_t capacity);
void region_close(struct region *region);

/* These return false when pid 1 orders the worker to stop. */
bool region_fill(struct region *region);
bool region_verify(struct region *region, uint32_t first, uint32_t count);

void region_touch(struct region *region, uint32_t index);
/* Pages that are mapped or in the swap cache. */
uint32_t region_resident(const struct region *region);
void region_pageout(struct region *region, uint32_t first, uint32_t count);
void region_pageout_all(struct region *region);
void region_drop(struct region *region, uint32_t first, uint32_t count);
void region_free(struct region *region);

/* A page that came back wrong; it is sent with the next sample. */
void note_wrong(struct shared *shared, const struct page_id *id,
		const struct page_fault *fault);

uint32_t noise_even(const struct region *region, uint32_t index);

#endif
