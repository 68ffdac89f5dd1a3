// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>

#include "canary.h"
#include "lane.h"
#include "records.h"

void lane_sample(struct lane_run *run)
{
	struct tally tally = shared_tally(run->shared);
	struct race_counters race;
	struct zswap_counters zswap;

	zswap_read(&zswap);
	race_read(&race);
	rec_begin("sample");
	rec_str("lane", run->name);
	rec_num("elapsedMs", now_ms() - run->start_ms);
	zswap_record(&zswap);
	tally_record(&tally);
	race_record(&race);
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

static struct class_seen *seen_of(struct lane_run *run,
				  const struct zs_class *class)
{
	struct class_seen *seen;
	unsigned int i;

	for (i = 0; i < run->class_count; i++)
		if (run->classes[i].size == class->size)
			return &run->classes[i];
	if (run->class_count == ZS_CLASSES_MAX)
		return NULL;
	seen = &run->classes[run->class_count++];
	seen->size = class->size;
	seen->objects_per_zspage = class->objects_per_zspage;
	seen->pages_per_zspage = class->pages_per_zspage;
	return seen;
}

void lane_note_classes(struct lane_run *run)
{
	static struct zs_classes classes;
	unsigned int i;

	if (!zs_classes_read(&classes))
		return;
	for (i = 0; i < classes.count; i++) {
		const struct zs_class *class = &classes.row[i];
		struct class_seen *seen;

		if (!class->obj_used)
			continue;
		seen = seen_of(run, class);
		if (seen && seen->stored < class->obj_used)
			seen->stored = class->obj_used;
	}
}
