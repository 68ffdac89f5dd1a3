// SPDX-License-Identifier: GPL-2.0
#include "slab.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "records.h"

static int64_t active_in(const char *slabinfo, const char *cache)
{
	size_t len = strlen(cache);
	const char *line;
	int64_t active;

	for (line = slabinfo; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, cache, len) || line[len] != ' ')
			continue;
		if (sscanf(line + len, "%" SCNd64, &active) == 1)
			return active;
	}
	return NONE;
}

int64_t slab_active(const char *cache)
{
	char path[128], *slabinfo;
	int64_t active;

	/* A cache merged with others (no slab_nomerge) counts theirs too. */
	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/aliases", cache);
	active = read_number(path);
	if (active != NONE && active > 0)
		return NONE;

	slabinfo = read_whole("/proc/slabinfo");
	if (!slabinfo)
		return NONE;
	active = active_in(slabinfo, cache);
	free(slabinfo);
	return active;
}

/*
 * Freed objects in KASAN's quarantine and in per-CPU slabs still count as
 * active.  A shrink really frees them.
 */
void slab_shrink(const char *cache)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink", cache);
	write_text(path, "1");
}
