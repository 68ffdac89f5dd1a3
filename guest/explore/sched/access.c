// SPDX-License-Identifier: GPL-2.0
#include "access.h"

#include <string.h>

#include "choose.h"
#include "fiber.h"
#include "liveness.h"
#include "stores.h"
#include "trace.h"

void history_reads(struct cell *cell)
{
	struct fiber *fiber = fiber_now();

	fiber->history = hash_mix(fiber->history, cell->written);
	cell->read = hash_add(cell->read, fiber->history);
	cell->read_clock[current_fiber] = fiber->clock[current_fiber];
}

void history_writes(struct cell *cell, unsigned long pc)
{
	struct fiber *fiber = fiber_now();

	fiber->history = hash_mix(fiber->history, hash_both(cell->written, cell->read));
	cell->written = fiber->history;
	cell->read = (struct hash){ 0, 0 };
	cell->writer = current_fiber;
	cell->write_clock = fiber->clock[current_fiber];
	cell->write_pc = pc;
}

void history_adds(unsigned long word)
{
	fiber_now()->history = hash_word(fiber_now()->history, word);
}

static void join(uint32_t *into, const uint32_t *from)
{
	int t;

	for (t = 0; t < FIBERS; t++)
		if (from[t] > into[t])
			into[t] = from[t];
}

/* Readers of a lock are ordered after its writers only, writers after all. */
void clock_acquire(struct cell *cell, int as_reader)
{
	join(fiber_now()->clock, cell->released);
	if (!as_reader)
		join(fiber_now()->clock, cell->released_by_readers);
}

void clock_release(struct cell *cell, int as_reader)
{
	struct fiber *fiber = fiber_now();

	join(as_reader ? cell->released_by_readers : cell->released, fiber->clock);
	fiber->clock[current_fiber]++;
}

static int unordered(const struct cell *cell, int write)
{
	const uint32_t *clock = fiber_now()->clock;
	int t;

	if (cell->writer != current_fiber && cell->write_clock > clock[cell->writer])
		return 1;
	for (t = 1; write && t < FIBERS; t++)
		if (t != current_fiber && cell->read_clock[t] > clock[t])
			return 1;
	return 0;
}

static void touch(unsigned long address, int write, unsigned long pc)
{
	struct cell *cell = memory_cell(address);

	if (unordered(cell, write))
		choose_found_racy(address);
	if (write)
		history_writes(cell, pc);
	else
		history_reads(cell);
}

static void touch_all(unsigned long address, unsigned long size, int write, unsigned long pc)
{
	unsigned long word;

	for (word = address & ~7UL; word < address + size; word += 8) {
		/* A read of a store that others do not see yet is of nobody's order. */
		if (!write && stores_has(current_fiber, word))
			history_adds(word);
		else
			touch(word, write, pc);
	}
}

static void point_within(unsigned long address, unsigned long size)
{
	unsigned long word;

	if (replaying() || choosing.points == POINTS_ALL) {
		choose_point();
		return;
	}
	if (choosing.points != POINTS_RACY)
		return;
	for (word = address & ~7UL; word < address + size; word += 8)
		if (word_is_racy(word)) {
			choose_point();
			return;
		}
}

static int is_untracked(unsigned long address)
{
	return !memory_is_tracked(address) &&
	       (fiber_on_stack(address) || memory_is_static(address));
}

void access_plain(unsigned long address, unsigned long size, int write, unsigned long pc)
{
	if (!size || is_untracked(address))
		return;
	check_live(address, size, write);
	if (!exploring())
		return;
	fiber_comes_to(pc);
	trace_access(write ? "write" : "read", address, size, pc);
	point_within(address, size);
	check_live(address, size, write);
	if (write && stores_add(address, size)) {
		history_adds(address);
		return;
	}
	touch_all(address, size, write, pc);
}

/*
 * Who touches the object later is caught, as a use after free. Who touched it
 * before is found here, where the order was by chance.
 */
void access_free(unsigned long address, unsigned long size, unsigned long pc)
{
	unsigned long word;

	check_live(address, size, 1);
	if (!exploring())
		return;
	fiber_comes_to(pc);
	trace_access("free", address, size, pc);
	point_within(address, size);
	check_live(address, size, 1);
	for (word = address; word < address + size; word += 8)
		if (word == address || memory_is_touched(word))
			touch(word, 1, pc);
}

/*
 * What x86 does in one locked instruction empties the store buffer. KCSAN marks
 * atomic_set(), which is a plain store, and set_bit(), which is locked, alike, but
 * for the size: bitmaps are words of 8 bytes. So atomic_long_set() counts as locked.
 */
static int is_locked(unsigned long size, int write, int ordered)
{
	return ordered || (write && size == 8);
}

/* The caller does the atomic itself, right after this returns. */
void access_atomic(unsigned long address, unsigned long size, int write, int ordered,
		   unsigned long pc)
{
	struct cell *cell;

	if (is_untracked(address))
		return;
	check_live(address, size, write);
	if (!exploring())
		return;
	fiber_comes_to(pc);
	trace_access("atomic", address, size, pc);
	choose_point();
	check_live(address, size, write);
	if (is_locked(size, write, ordered))
		stores_drain(current_fiber);
	else if (write && stores_add(address, size)) {
		history_adds(address);
		return;
	}
	cell = memory_cell(address);
	if (ordered)
		clock_acquire(cell, 0);
	/* Marks the plain accesses that it is not ordered with. */
	touch_all(address, size, write, pc);
	if (ordered)
		clock_release(cell, 0);
	/* Who waits for a lock shows in its word, and is in no history. */
	if (!write && size == 4)
		history_adds(*(unsigned int *)address);
}

/* A store leaves the buffer of a fiber, which need not be the running one. */
struct hash access_store_visible(int fiber, unsigned long address, struct hash seen)
{
	struct cell *cell = memory_cell(address);

	seen = hash_mix(hash_word(seen, address), hash_both(cell->written, cell->read));
	cell->written = hash_word(seen, fiber);
	cell->read = (struct hash){ 0, 0 };
	cell->writer = fiber;
	cell->write_clock = fibers[fiber].clock[fiber];
	return seen;
}
