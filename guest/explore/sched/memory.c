// SPDX-License-Identifier: GPL-2.0
#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "defect.h"
#include "fiber.h"

/* The data of the kernel half; the Makefile gathers it in one section. */
extern char __start_kernel_data[], __stop_kernel_data[];
extern char __executable_start[], _end[];

#define DATA_START	((unsigned long)__start_kernel_data & ~7UL)
#define DATA_SIZE	((unsigned long)__stop_kernel_data - DATA_START)
#define ARENA_SIZE	(ARENA_END - ARENA)
#define ARENA_WORDS	(ARENA_SIZE / 8)
#define PAGE_BYTES	4096UL

/* A byte for each 8: how many of them are live, or one of these. */
#define WORD_DEAD	0
#define WORD_FREED	0xff

enum { RACY_FOUND = 1, RACY_IN_USE };
#define FOUND_MAX 16384

struct part {		/* of the arena, that starts at the same place each time */
	unsigned long start, used;
};

static struct cell *cells;
static uint8_t *live, *racy;
static unsigned long found[FOUND_MAX];
static int found_count, used_found;
static unsigned long slab_used[FIBERS], pages_used[FIBERS], percpu_used[FIBERS];
static uint32_t execution = 1;
static char *pristine_data;

static void *reserve(unsigned long address, unsigned long size)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	void *at = mmap((void *)address, size, PROT_READ | PROT_WRITE,
			flags | (address ? MAP_FIXED_NOREPLACE : 0), -1, 0);

	if (at == MAP_FAILED || (address && (unsigned long)at != address))
		defect("cannot map %lu bytes at %#lx", size, address);
	return at;
}

void memory_map(void)
{
	unsigned long words = ARENA_WORDS + DATA_SIZE / 8 + 1;

	reserve(ARENA, ARENA_SIZE);
	cells = reserve(0, words * sizeof(*cells));
	live = reserve(0, words);
	racy = reserve(0, words);
	pristine_data = malloc(DATA_SIZE);
	if (!pristine_data)
		defect("no memory");
	memcpy(pristine_data, (void *)DATA_START, DATA_SIZE);
}

int memory_is_tracked(unsigned long address)
{
	return address - ARENA < ARENA_SIZE || address - DATA_START < DATA_SIZE;
}

int memory_is_static(unsigned long address)
{
	return address >= (unsigned long)__executable_start && address < (unsigned long)_end;
}

static unsigned long word_of(unsigned long address)
{
	if (address - ARENA < ARENA_SIZE)
		return (address - ARENA) / 8;
	return ARENA_WORDS + (address - DATA_START) / 8;
}

struct cell *memory_cell(unsigned long address)
{
	struct cell *cell = &cells[word_of(address)];

	if (cell->execution != execution) {
		memset(cell, 0, sizeof(*cell));
		cell->execution = execution;
	}
	return cell;
}

int memory_is_touched(unsigned long address)
{
	return cells[word_of(address)].execution == execution;
}

int word_is_racy(unsigned long address)
{
	return racy[word_of(address)] == RACY_IN_USE;
}

int word_found_racy(unsigned long address)
{
	unsigned long word = word_of(address);

	if (racy[word])
		return 0;
	racy[word] = RACY_FOUND;
	if (found_count == FOUND_MAX)
		explorer_lacks("room for more racy words");
	found[found_count++] = word;
	return 1;
}

void words_use_found(void)
{
	for (; used_found < found_count; used_found++)
		racy[found[used_found]] = RACY_IN_USE;
}

unsigned long words_used(int index)
{
	unsigned long word;

	if (index >= used_found)
		return 0;
	word = found[index];
	if (word < ARENA_WORDS)
		return ARENA + word * 8;
	return DATA_START + (word - ARENA_WORDS) * 8;
}

void words_forget_racy(void)
{
	while (found_count)
		racy[found[--found_count]] = 0;
	used_found = 0;
}

/* Taking and freeing */

unsigned long slab_take(unsigned long size)
{
	unsigned long used = slab_used[current_fiber];
	/* 16 bytes that are never live lie behind each object. */
	unsigned long next = used + ((size + 7) & ~7UL) + 16;

	if (next > SLAB_EACH)
		explorer_lacks("room for more slab objects");
	slab_used[current_fiber] = next;
	return SLAB + current_fiber * SLAB_EACH + used;
}

unsigned long page_take(void)
{
	if (pages_used[current_fiber] == PAGES_EACH)
		explorer_lacks("room for more pages");
	return PAGES_RESERVED + current_fiber * PAGES_EACH + pages_used[current_fiber]++;
}

/* Of each CPU's part the set-up has most; the others, at the end, a window each. */
#define PERCPU_WINDOW	256UL
#define PERCPU_SETUP	(PERCPU_EACH - (FIBERS - 1) * PERCPU_WINDOW)

unsigned long percpu_take(unsigned long size)
{
	unsigned long *used = &percpu_used[current_fiber], offset = *used;
	int is_setup = current_fiber == FIBER_SETUP;

	*used += (size + 63) & ~63UL;
	if (*used > (is_setup ? PERCPU_SETUP : PERCPU_WINDOW))
		explorer_lacks("room for more per-CPU data");
	if (is_setup)
		return offset;
	return PERCPU_SETUP + (current_fiber - 1) * PERCPU_WINDOW + offset;
}

void memory_allocated(unsigned long address, unsigned long size)
{
	unsigned long first = word_of(address);

	memset(live + first, 8, size / 8);
	if (size % 8)
		live[first + size / 8] = size % 8;
}

void memory_freed(unsigned long address, unsigned long size)
{
	memset(live + word_of(address), WORD_FREED, (size + 7) / 8);
}

int memory_was_freed(unsigned long address)
{
	return memory_is_tracked(address) && live[word_of(address)] == WORD_FREED;
}

static int always_live(unsigned long address)
{
	return address - DATA_START < DATA_SIZE || address - MEMMAP_OF_ARENA < PAGES - MEMMAP_OF_ARENA;
}

/* Eight words at once, for long ranges. */
static int all_live(const uint8_t *words)
{
	uint64_t eight;

	memcpy(&eight, words, sizeof(eight));
	return eight == 0x0808080808080808UL;
}

enum liveness memory_look(unsigned long address, unsigned long size, unsigned long *bad)
{
	unsigned long at = address, end = address + size, stop;

	if (always_live(address))
		return LIVE;
	while (at < end) {
		uint8_t word = live[word_of(at)];

		if (!(at & 63) && end - at >= 64 && all_live(live + word_of(at))) {
			at += 64;
			continue;
		}
		stop = (at | 7) + 1 < end ? (at | 7) + 1 : end;
		*bad = at;
		if (word == WORD_FREED)
			return WAS_FREED;
		if (stop - (at & ~7UL) > word)
			return NEVER_LIVE;
		at = stop;
	}
	return LIVE;
}

int memory_is_live(unsigned long address)
{
	unsigned long bad;

	return memory_is_tracked(address) && memory_look(address, 1, &bad) == LIVE;
}

/* Saving and restoring. Threads begin with empty parts, so only those of the set-up are kept. */

#define PARTS 4

static char *saved[PARTS], *saved_live[PARTS], *saved_data;
static struct part parts[PARTS];

static void list_parts(void)
{
	parts[0] = (struct part){ SLAB, slab_used[FIBER_SETUP] };
	parts[1] = (struct part){ PERCPU, CPUS * PERCPU_EACH };
	parts[2] = (struct part){ MEMMAP, (PAGES_RESERVED + pages_used[FIBER_SETUP]) * PAGE_DESCRIPTOR_MAX };
	parts[3] = (struct part){ PAGES, (PAGES_RESERVED + pages_used[FIBER_SETUP]) * PAGE_BYTES };
	if (!percpu_used[FIBER_SETUP])
		parts[1].used = 0;
}

static char *copy_of(const void *from, unsigned long size)
{
	char *copy = malloc(size + 1);

	if (!copy)
		defect("no memory");
	memcpy(copy, from, size);
	return copy;
}

static void drop_saved(void)
{
	int i;

	for (i = 0; i < PARTS; i++) {
		free(saved[i]);
		free(saved_live[i]);
		saved[i] = saved_live[i] = NULL;
	}
	free(saved_data);
	saved_data = NULL;
}

void memory_save(void)
{
	int i;

	drop_saved();
	list_parts();
	for (i = 0; i < PARTS; i++) {
		saved[i] = copy_of((void *)parts[i].start, parts[i].used);
		saved_live[i] = copy_of(live + word_of(parts[i].start), (parts[i].used + 7) / 8);
	}
	saved_data = copy_of((void *)DATA_START, DATA_SIZE);
}

static void empty_parts_of(int fiber)
{
	memset(live + word_of(SLAB + fiber * SLAB_EACH), WORD_DEAD, slab_used[fiber] / 8);
	memset(live + word_of(PAGES + (PAGES_RESERVED + fiber * PAGES_EACH) * PAGE_BYTES), WORD_DEAD,
	       pages_used[fiber] * (PAGE_BYTES / 8));
	slab_used[fiber] = pages_used[fiber] = percpu_used[fiber] = 0;
}

void memory_restore(void)
{
	int i;

	for (i = FIBER_SETUP + 1; i < FIBERS; i++)
		empty_parts_of(i);
	for (i = 0; i < PARTS; i++) {
		memcpy((void *)parts[i].start, saved[i], parts[i].used);
		memcpy(live + word_of(parts[i].start), saved_live[i], (parts[i].used + 7) / 8);
	}
	memcpy((void *)DATA_START, saved_data, DATA_SIZE);
	execution++;
}

void memory_reset(void)
{
	int i;

	for (i = 0; i < FIBERS; i++)
		empty_parts_of(i);
	memset(live + word_of(PERCPU), WORD_DEAD, CPUS * PERCPU_EACH / 8);
	memcpy((void *)DATA_START, pristine_data, DATA_SIZE);
	execution++;
}
