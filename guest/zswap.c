// SPDX-License-Identifier: GPL-2.0
#include "zswap.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "records.h"

#define ZSWAP_DEBUGFS "/sys/kernel/debug/zswap/"

/* A counter that this kernel does not have is left out of the records. */
static const char * const names[ZSWAP_COUNTERS] = {
	[ZSWAP_WRITTEN_BACK] = "written_back_pages",
	[ZSWAP_STORED] = "stored_pages",
	[ZSWAP_SAME_FILLED] = "same_filled_pages",
	[ZSWAP_POOL_SIZE] = "pool_total_size",
	"pool_limit_hit",
	"reject_reclaim_fail",
	"reject_alloc_fail",
	"reject_kmemcache_fail",
	"reject_compress_poor",
	"reject_compress_fail",
	"duplicate_entry",
	"decompress_fail",
	"stored_incompressible_pages",
};

bool zswap_present(void)
{
	return !access(ZSWAP_PARAMETERS "enabled", F_OK);
}

void zswap_read(struct zswap_counters *counters)
{
	char path[128];
	int i;

	for (i = 0; i < ZSWAP_COUNTERS; i++) {
		counters->value[i] = NONE;
		if (!names[i])
			continue;
		snprintf(path, sizeof(path), ZSWAP_DEBUGFS "%s", names[i]);
		counters->value[i] = read_number(path);
	}
}

bool zswap_equal(const struct zswap_counters *a,
		 const struct zswap_counters *b)
{
	return !memcmp(a, b, sizeof(*a));
}

int64_t zswap_written_back(void)
{
	return read_number(ZSWAP_DEBUGFS "written_back_pages");
}

int64_t zswap_tried(void)
{
	return zswap_written_back() +
	       read_number(ZSWAP_DEBUGFS "reject_reclaim_fail");
}

int64_t zswap_stored(void)
{
	return read_number(ZSWAP_DEBUGFS "stored_pages");
}

bool zswap_is_empty(void)
{
	return !zswap_stored();
}

void zswap_record(const struct zswap_counters *counters)
{
	static const struct zswap_counters zero;

	zswap_record_delta(&zero, counters);
}

void zswap_record_delta(const struct zswap_counters *from,
			const struct zswap_counters *to)
{
	int i;

	if (to->value[ZSWAP_STORED] == NONE) {
		rec_null("zswap");
		return;
	}
	rec_open("zswap", '{');
	for (i = 0; i < ZSWAP_COUNTERS; i++)
		if (names[i] && to->value[i] != NONE)
			rec_num(names[i], to->value[i] - from->value[i]);
	rec_close('}');
}

static const char *parameter(const char *name)
{
	static char text[64];
	char path[128];

	snprintf(path, sizeof(path), ZSWAP_PARAMETERS "%s", name);
	return read_text(path, text, sizeof(text)) < 0 ? NULL : text;
}

void zswap_record_live(void)
{
	if (!zswap_present()) {
		rec_null("zswap");
		return;
	}
	rec_open("zswap", '{');
	rec_str("enabled", parameter("enabled"));
	rec_str("zpool", parameter("zpool"));
	rec_str("compressor", parameter("compressor"));
	rec_num("maxPoolPercent", zswap_limit_now());
	rec_num("acceptThresholdPercent", zswap_accept_now());
	rec_str("sameFilledPages", parameter("same_filled_pages_enabled"));
	rec_str("shrinker", parameter("shrinker_enabled"));
	rec_close('}');
}

void zswap_limit(unsigned int percent)
{
	if (zswap_present())
		write_number(ZSWAP_PARAMETERS "max_pool_percent", percent);
}

int64_t zswap_limit_now(void)
{
	return read_number(ZSWAP_PARAMETERS "max_pool_percent");
}

void zswap_accept(unsigned int percent)
{
	if (zswap_present())
		write_number(ZSWAP_PARAMETERS "accept_threshold_percent",
			     percent);
}

int64_t zswap_accept_now(void)
{
	return read_number(ZSWAP_PARAMETERS "accept_threshold_percent");
}

bool zswap_is_on(void)
{
	char text[8];

	return read_text(ZSWAP_PARAMETERS "enabled", text, sizeof(text)) > 0 &&
	       text[0] == 'Y';
}

void zswap_enable(bool on)
{
	if (zswap_present())
		write_text(ZSWAP_PARAMETERS "enabled", on ? "Y" : "N");
}

bool zswap_shrinker(bool on)
{
	return !write_text(ZSWAP_PARAMETERS "shrinker_enabled",
			   on ? "Y" : "N");
}
