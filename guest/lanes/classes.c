// SPDX-License-Identifier: GPL-2.0
/*
 * Every size class that a compressed page can fall into: the huge class, and
 * zspages of several pages, with objects that cross pages, with and without a
 * tail too small for an object.  For each class: store, evict all or some,
 * store into the gaps, verify.
 */
#include <stddef.h>
#include <string.h>

#include "../lane.h"
#include "../records.h"
#include "../refill.h"

#define CLASSES_WORKERS 2
#define CLASSES_PAGES 96
#define CLASSES_MEMORY_KIB (16 * 1024)
#define CLASSES_PAUSE_US 15000
#define TRIES 6

/* zswap's header and zsmalloc's handle come before the data. */
#define HEADERS 16
/* Measured: lzo makes 56 + noise * 16 / 15 bytes.  Retries correct it. */
#define LZO_EXTRA 56
#define NOISE_STEP 8
#define NOISE_MIN 8

/* The corrections of each class's noise so far. */
static int32_t correction[ZS_CLASSES_MAX];

static int32_t noise_of(const struct zs_classes *classes, unsigned int row)
{
	int32_t size = classes->row[row].size;
	int32_t below = row ? classes->row[row - 1].size : 0;
	int32_t length = (below + size) / 2 - HEADERS;
	int32_t noise = (length - LZO_EXTRA) * 15 / 16 + correction[row];

	if (noise > NOISE_MAX)
		noise = NOISE_MAX;
	return noise / NOISE_STEP * NOISE_STEP;
}

static uint32_t pages_of(const struct zs_class *class)
{
	uint32_t pages = 3 * class->objects_per_zspage;

	if (pages < 12)
		pages = 12;
	return pages < CLASSES_PAGES ? pages : CLASSES_PAGES;
}

static void note_stored(struct shared *shared, const struct zs_classes *now)
{
	unsigned int i;

	for (i = 0; i < now->count; i++) {
		long long used = now->row[i].obj_used;
		long long seen = atomic_load(&shared->class_stored[i]);

		while (seen < used && !atomic_compare_exchange_weak(
				&shared->class_stored[i], &seen, used))
			;
	}
}

/* The row that gained most objects by the last store. */
static unsigned int landed_in(const struct zs_classes *before,
			      const struct zs_classes *after)
{
	unsigned int i, best = 0;
	int64_t most = 0;

	for (i = 0; i < after->count && i < before->count; i++) {
		int64_t rise = after->row[i].obj_used -
			       before->row[i].obj_used;

		if (rise > most) {
			most = rise;
			best = i;
		}
	}
	return best;
}

/* True when the pages landed in the row; otherwise corrects its noise. */
static bool store_in(struct refill *refill, struct refill_step *step,
		     unsigned int row)
{
	static struct zs_classes before, after;
	unsigned int landed;

	zs_classes_read(&before);
	step->noise = noise_of(&before, row);
	if (!refill_store(refill, step))
		return false;
	zs_classes_read(&after);
	note_stored(refill->worker->shared, &after);
	landed = landed_in(&before, &after);
	if (landed == row)
		return true;
	correction[row] += landed < row ? NOISE_STEP : -NOISE_STEP;
	return false;
}

static bool do_class(struct refill *refill, const struct zs_classes *classes,
		     unsigned int row, unsigned int pass)
{
	static const uint32_t touch[] = { 5, 0, 3, 2 };
	struct refill_step step = {
		.pages = pages_of(&classes->row[row]),
		.touch_every = touch[pass % 4],
		.squeezes = 2,
		.pause_us = CLASSES_PAUSE_US,
	};
	unsigned int tries;

	for (tries = 0; tries < TRIES; tries++) {
		if (noise_of(classes, row) < NOISE_MIN)
			return worker_go(refill->worker);
		if (store_in(refill, &step, row))
			break;
		if (!worker_go(refill->worker))
			return false;
	}
	return refill_reuse(refill, &step);
}

static void classes_worker(struct worker *worker)
{
	static struct zs_classes classes;
	struct refill refill;
	unsigned int pass, i;

	if (!zs_classes_read(&classes) ||
	    !refill_open(&refill, worker, CLASSES_PAGES))
		return;
	/* From the largest down: classes of several pages come first. */
	for (pass = 0; ; pass++)
		for (i = worker->number; i < classes.count; i += worker->crew)
			if (!do_class(&refill, &classes,
				      classes.count - 1 - i, pass))
				goto out;
out:
	refill_close(&refill);
}

static void classes_run(struct lane_run *run)
{
	worker_fn fn[CLASSES_WORKERS] = { classes_worker, classes_worker };
	static struct zs_classes classes;

	if (!zs_classes_read(&classes)) {
		lane_skip(run, "no debug/zsmalloc/*/classes (ZSMALLOC_STAT)");
		return;
	}
	lane_fail(run, crew_run(run, fn, CLASSES_WORKERS));
	lane_note_classes(run);
}

DEFINE_LANE(classes,
	.needs_zswap = true,
	.asks_writeback = true,
	.memory_kib = CLASSES_MEMORY_KIB,
	.run = classes_run
);
