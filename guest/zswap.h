/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ZSWAP_H
#define ZSWAP_H

#include <stdbool.h>
#include <stdint.h>

#define ZSWAP_PARAMETERS "/sys/module/zswap/parameters/"

/* All of zswap's own counters that this kernel has, under their own names. */
enum {
	ZSWAP_WRITTEN_BACK,
	ZSWAP_STORED,
	ZSWAP_SAME_FILLED,
	ZSWAP_POOL_SIZE,
	ZSWAP_COUNTERS = 16,
};

struct zswap_counters {
	int64_t value[ZSWAP_COUNTERS];
};

bool zswap_present(void);
void zswap_read(struct zswap_counters *counters);
bool zswap_equal(const struct zswap_counters *a,
		 const struct zswap_counters *b);
int64_t zswap_written_back(void);
/* Pages that zswap wrote back or failed to. */
int64_t zswap_tried(void);
int64_t zswap_stored(void);
bool zswap_is_empty(void);
void zswap_record(const struct zswap_counters *counters);
void zswap_record_delta(const struct zswap_counters *from,
			const struct zswap_counters *to);
void zswap_record_live(void);

/* Parameters at run time; these do nothing when zswap is absent. */
void zswap_limit(unsigned int percent);
bool zswap_is_on(void);
void zswap_enable(bool on);
int64_t zswap_limit_now(void);
void zswap_accept(unsigned int percent);
int64_t zswap_accept_now(void);
/* False when this zswap has no shrinker. */
bool zswap_shrinker(bool on);

#endif
