// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>

#include "canary.h"
#include "lane.h"
#include "records.h"

void lane_sample(struct lane_run *run)
{
	struct tally tally = shared_tally(run->shared);
	static struct hold_counters hold;
	struct zswap_counters zswap;

	zswap_read(&zswap);
	hold_read(&hold);
	rec_begin("sample");
	rec_str("lane", run->name);
	rec_num("elapsedMs", now_ms() - run->start_ms);
	zswap_record(&zswap);
	tally_record(&tally);
	hold_record(&hold);
	rec_send();
	lane_send_wrong(run);
	canary_under_load(run->config);
}

void lane_send_wrong(struct lane_run *run)
{
	unsigned int noted = atomic_load(&run->shared->wrong_noted);

	for (; run->wrong_sent < noted; run->wrong_sent++) {
		const struct wrong_page *wrong =
			&run->shared->wrong_page[run->wrong_sent];

		rec_begin("wrongPage");
		rec_str("lane", run->name);
		rec_num("region", wrong->id.region);
		rec_num("index", wrong->id.index);
		rec_num("generation", wrong->id.generation);
		rec_num("offset", wrong->fault.offset);
		rec_hex("expected", wrong->fault.expected);
		rec_hex("got", wrong->fault.got);
		rec_send();
	}
}

/* Read the classes of this kernel, for lane_record_classes(). */
void lane_note_classes(struct lane_run *run)
{
	run->has_classes = zs_classes_read(&run->classes);
}

void lane_record_classes(struct lane_run *run)
{
	unsigned int i;

	if (!run->has_classes) {
		rec_null("classes");
		return;
	}
	rec_open("classes", '[');
	for (i = 0; i < run->classes.count; i++) {
		const struct zs_class *class = &run->classes.row[i];
		int64_t seen = atomic_load(&run->shared->class_stored[i]);

		if (!seen)
			continue;
		rec_open(NULL, '{');
		rec_num("size", class->size);
		rec_num("objectsPerZspage", class->objects_per_zspage);
		rec_num("pagesPerZspage", class->pages_per_zspage);
		rec_num("storedSeen", seen);
		rec_close('}');
	}
	rec_close(']');
}
