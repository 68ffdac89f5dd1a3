// SPDX-License-Identifier: GPL-2.0
#include "slab.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "records.h"

#define SLABS "/sys/kernel/slab"

/* Where each pool has its own caches, they are named CACHE-POOL. */
static bool is_named(const char *name, size_t len, const char *cache)
{
	size_t wanted = strlen(cache);

	return len >= wanted && !strncmp(name, cache, wanted) &&
	       (len == wanted || name[wanted] == '-');
}

/* A cache merged with others (no slab_nomerge) counts theirs too. */
static bool is_merged(const char *name, size_t len)
{
	char path[192];

	snprintf(path, sizeof(path), SLABS "/%.*s/aliases", (int)len, name);
	return read_number(path) > 0;
}

static int64_t active_in(const char *slabinfo, const char *cache)
{
	int64_t sum = NONE, active;
	const char *line;

	for (line = slabinfo; line; line = strchr(line, '\n')) {
		size_t len;

		line += *line == '\n';
		len = strcspn(line, " \n");
		if (!is_named(line, len, cache))
			continue;
		if (is_merged(line, len) ||
		    sscanf(line + len, "%" SCNd64, &active) != 1)
			return NONE;
		sum = sum == NONE ? active : sum + active;
	}
	return sum;
}

int64_t slab_active(const char *cache)
{
	char *slabinfo = read_whole("/proc/slabinfo");
	int64_t active;

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
	struct dirent *entry;
	DIR *dir = opendir(SLABS);

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		char path[320];

		if (!is_named(entry->d_name, strlen(entry->d_name), cache))
			continue;
		snprintf(path, sizeof(path), SLABS "/%s/shrink",
			 entry->d_name);
		write_text(path, "1");
	}
	closedir(dir);
}
