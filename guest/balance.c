// SPDX-License-Identifier: GPL-2.0
#include "balance.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "files.h"
#include "pages.h"
#include "records.h"
#include "slab.h"
#include "zram.h"
#include "zsclasses.h"
#include "zswap.h"

#define STILL_MS 50
#define STILL_READS 3

struct balance {
	int64_t handles, obj_used, zswap_used, stored, same_filled;
	int64_t zspages, obj_allocated, pages_used, nr_zspages, pool_pages;
	int64_t chain;		/* most pages of a zspage */
	int64_t own_pages;	/* of the pools that pool_pages counts */
};

static void read_classes(struct balance *balance)
{
	static struct zs_classes classes;
	struct zs_class sum;

	balance->obj_used = NONE;
	balance->zswap_used = NONE;
	balance->obj_allocated = NONE;
	balance->pages_used = NONE;
	balance->own_pages = NONE;
	balance->chain = NONE;
	if (!zs_classes_read(&classes))
		return;
	sum = zs_classes_sum(&classes);
	balance->obj_used = sum.obj_used;
	balance->obj_allocated = sum.obj_allocated;
	balance->pages_used = sum.pages_used;
	balance->own_pages = sum.pages_used;
	balance->chain = sum.pages_per_zspage;
	if (!zs_classes_read_of(&classes, "zswap"))
		return;
	sum = zs_classes_sum(&classes);
	balance->zswap_used = sum.obj_used;
	balance->own_pages = sum.pages_used;
}

static void balance_read(struct balance *balance)
{
	struct zswap_counters zswap;

	/* Each CPU batches its changes of vmstat for up to a second. */
	write_text("/proc/sys/vm/stat_refresh", "1");
	slab_shrink("zs_handle");
	slab_shrink("zspage");
	balance->handles = slab_active("zs_handle");
	balance->zspages = slab_active("zspage");
	balance->nr_zspages = read_key("/proc/vmstat", "nr_zspages");
	read_classes(balance);
	zswap_read(&zswap);
	balance->stored = zswap.value[ZSWAP_STORED];
	balance->same_filled = zswap.value[ZSWAP_SAME_FILLED];
	balance->pool_pages = zram_pool_pages();
	if (zswap.value[ZSWAP_POOL_SIZE] != NONE)
		balance->pool_pages =
			zswap.value[ZSWAP_POOL_SIZE] / PAGE_BYTES;
}

/* zswap updates the pool's size on a store and a free, not on an eviction. */
#define POOL_LAG_PAGES 8

static bool near(int64_t a, int64_t b)
{
	return a == NONE || b == NONE || llabs(a - b) <= POOL_LAG_PAGES;
}

static bool agree(int64_t a, int64_t b)
{
	return a == NONE || b == NONE || a == b;
}

static bool balanced(const struct balance *balance)
{
	int64_t held = balance->stored;

	/* Where zswap has no such counter, it compresses every page. */
	if (held != NONE && balance->same_filled != NONE)
		held -= balance->same_filled;
	return agree(balance->handles, balance->obj_used) &&
	       agree(balance->zswap_used, held) &&
	       agree(balance->pages_used, balance->nr_zspages) &&
	       near(balance->own_pages, balance->pool_pages);
}

static bool empty(const struct balance *balance)
{
	return agree(balance->handles, 0) && agree(balance->obj_used, 0) &&
	       agree(balance->stored, 0) && agree(balance->pages_used, 0) &&
	       agree(balance->zspages, 0) && agree(balance->nr_zspages, 0);
}

static void balance_record(const char *lane, const char *at,
			   const struct balance *balance)
{
	rec_begin("balance");
	rec_str("lane", lane);
	rec_str("at", at);
	rec_num("zsHandle", balance->handles);
	rec_num("objUsed", balance->obj_used);
	rec_num("zswapObjUsed", balance->zswap_used);
	rec_num("storedPages", balance->stored);
	rec_num("sameFilledPages", balance->same_filled);
	rec_num("zspageSlab", balance->zspages);
	rec_num("objAllocated", balance->obj_allocated);
	rec_num("pagesUsed", balance->pages_used);
	rec_num("nrZspages", balance->nr_zspages);
	rec_num("poolPages", balance->pool_pages);
	rec_num("pagesPerZspage", balance->chain);
	rec_send();
}

/* The shrink worker is idle when no counter of zswap changes. */
static void wait_still(void)
{
	struct zswap_counters last, now;
	int64_t end = now_ms() + 3000;
	int still = 0;

	zswap_read(&last);
	while (still < STILL_READS && now_ms() < end) {
		usleep(STILL_MS * 1000);
		zswap_read(&now);
		still = zswap_equal(&last, &now) ? still + 1 : 0;
		last = now;
	}
}

static void take(const char *lane, const char *at, int64_t limit_ms,
		 bool (*settled)(const struct balance *))
{
	int64_t end = now_ms() + limit_ms;
	struct balance balance;

	wait_still();
	balance_read(&balance);
	while (!settled(&balance) && now_ms() < end) {
		usleep(2 * STILL_MS * 1000);
		balance_read(&balance);
	}
	balance_record(lane, at, &balance);
}

void balance_quiet(const char *lane)
{
	take(lane, "quiet", 1500, balanced);
}

void balance_drained(const char *lane)
{
	take(lane, "drained", 3000, empty);
}
