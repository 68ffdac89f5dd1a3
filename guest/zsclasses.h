/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ZSCLASSES_H
#define ZSCLASSES_H

#include <stdbool.h>
#include <stdint.h>

/* A kernel may have 32 pools, each with up to 128 classes. */
#define ZS_CLASSES_MAX 4096

/* One row of debug/zsmalloc/POOL/classes. */
struct zs_class {
	uint32_t size;
	uint32_t pages_per_zspage;
	uint32_t objects_per_zspage;
	int64_t obj_allocated;
	int64_t obj_used;
	int64_t pages_used;
};

struct zs_classes {
	unsigned int count;
	bool cut;		/* there were more rows */
	struct zs_class row[ZS_CLASSES_MAX];
};

/*
 * The rows of every pool, or of the pools whose name begins with "prefix" where
 * that is not NULL; false when there are none, as when ZSMALLOC_STAT or debugfs
 * is absent.
 */
bool zs_classes_read_of(struct zs_classes *classes, const char *prefix);
bool zs_classes_read(struct zs_classes *classes);
/* Pools whose name begins with "prefix"; -1 when that cannot be known. */
int zs_pools(const char *prefix);
/* Of pages_per_zspage, the most. */
struct zs_class zs_classes_sum(const struct zs_classes *classes);

#endif
