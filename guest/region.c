// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "region.h"

#include <stddef.h>
#include <sys/mman.h>

/* Pages between two checks of pid 1's order. */
#define STRIDE 16
/* Pages that a pushing region pages out at once. */
#define PUSH 16
#define RESIDENT_AT_ONCE 256

static uint8_t *page_at(const struct region *region, uint32_t index)
{
	return region->base + (size_t)index * PAGE_BYTES;
}

static struct page_id id_of(const struct region *region, uint32_t index)
{
	struct page_id id = {
		.seed = region->worker->seed,
		.region = region->id,
		.index = index,
		.generation = region->generation,
		.noise = region->noise(region, index),
	};

	return id;
}

/* Every page of the region compresses to the same size. */
uint32_t noise_even(const struct region *region, uint32_t index)
{
	(void)index;
	return region->noise_arg;
}

bool region_open(struct region *region, struct worker *worker, uint32_t id,
		 uint32_t capacity)
{
	size_t bytes = (size_t)capacity * PAGE_BYTES;

	region->worker = worker;
	region->id = id;
	region->capacity = capacity;
	region->pages = capacity;
	region->generation = 0;
	region->filled = 0;
	region->push = false;
	region->noise = noise_even;
	region->base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (region->base == MAP_FAILED)
		return false;
	madvise(region->base, bytes, MADV_NOHUGEPAGE);
	return true;
}

static void count_freed(struct region *region)
{
	atomic_fetch_add(&region->worker->shared->freed, region->filled);
	region->filled = 0;
}

void region_close(struct region *region)
{
	munmap(region->base, (size_t)region->capacity * PAGE_BYTES);
	count_freed(region);
}

/* A part of a free.  region_free() must follow; it counts the pages. */
void region_drop(struct region *region, uint32_t first, uint32_t count)
{
	madvise(page_at(region, first), (size_t)count * PAGE_BYTES,
		MADV_DONTNEED);
}

void region_free(struct region *region)
{
	region_drop(region, 0, region->capacity);
	count_freed(region);
}

void region_pageout(struct region *region, uint32_t first, uint32_t count)
{
	madvise(page_at(region, first), (size_t)count * PAGE_BYTES,
		MADV_PAGEOUT);
}

static void push_behind(struct region *region, uint32_t index)
{
	if (region->push && (index + 1) % PUSH == 0)
		region_pageout(region, index + 1 - PUSH, PUSH);
}

bool region_fill(struct region *region)
{
	uint32_t i;

	region->generation++;
	region->filled = 0;
	for (i = 0; i < region->pages; i++) {
		struct page_id id = id_of(region, i);

		if (i % STRIDE == 0 && !worker_go(region->worker))
			return false;
		page_fill(page_at(region, i), &id);
		region->filled = i + 1;
		atomic_fetch_add(&region->worker->shared->written, 1);
		push_behind(region, i);
	}
	return true;
}

void note_wrong(struct shared *shared, const struct page_id *id,
		       const struct page_fault *fault)
{
	unsigned int slot = atomic_fetch_add(&shared->wrong, 1);

	if (slot >= WRONG_MAX)
		return;
	shared->wrong_page[slot].id = *id;
	shared->wrong_page[slot].fault = *fault;
	/* In order: a reader only takes slots below wrong_noted. */
	while (atomic_load(&shared->wrong_noted) != slot)
		;
	atomic_store(&shared->wrong_noted, slot + 1);
}

bool region_verify(struct region *region, uint32_t first, uint32_t count)
{
	struct shared *shared = region->worker->shared;
	struct page_fault fault;
	uint32_t i;

	for (i = first; i < first + count && i < region->filled; i++) {
		struct page_id id = id_of(region, i);

		if (i % STRIDE == 0 && !worker_go(region->worker))
			return false;
		if (!page_check(page_at(region, i), &id, &fault))
			note_wrong(shared, &id, &fault);
		atomic_fetch_add(&shared->verified, 1);
		push_behind(region, i);
	}
	return true;
}

/* A read fault: the page stays in the swap cache and keeps its slot. */
void region_touch(struct region *region, uint32_t index)
{
	*(volatile uint8_t *)page_at(region, index);
}

uint32_t region_resident(const struct region *region)
{
	unsigned char in[RESIDENT_AT_ONCE];
	uint32_t first, i, count, resident = 0;

	for (first = 0; first < region->pages; first += count) {
		count = region->pages - first;
		if (count > RESIDENT_AT_ONCE)
			count = RESIDENT_AT_ONCE;
		if (mincore(page_at(region, first), (size_t)count * PAGE_BYTES,
			    in))
			return region->pages;
		for (i = 0; i < count; i++)
			resident += in[i] & 1;
	}
	return resident;
}

void region_pageout_all(struct region *region)
{
	region_pageout(region, 0, region->pages);
}
