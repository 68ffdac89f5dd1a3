/* SPDX-License-Identifier: GPL-2.0 */
#ifndef EXPLORE_ZSWAP_SLOTS_H
#define EXPLORE_ZSWAP_SLOTS_H

#include <linux/types.h>

#include "data.h"

struct page;

/* Where the driver writes back, zswap puts the swap entry before the data. */
#if __has_include(<linux/frontswap.h>)
#define ENTRY_HEADER 8
#else
#define ENTRY_HEADER 0
#endif

/* What the scenario's operations do (swap.c). */
void swap_start(void);
void swap_out(int object, int size, int stays);
void swap_in(int object);
void swap_free_slot(int object);
void swap_drop_clean(void);
long swap_pages_cached(void);
void libraries_start(void);
void zswap_configure(const char *parameter, const char *value);

/* What zswap's callers do, in each kernel's way (frontswap.c, folios.c). */
void zswap_begin(void);
int zswap_took(int object, struct page *page);
int zswap_gave(int object, struct page *page);
void zswap_forget(int object);

/* The swap cache, for what zswap calls there. */
struct content *content_of(struct page *page);
struct page *new_locked_page(gfp_t gfp);
void unlock_and_put(struct page *page);
int slot_is_used(int object);
struct page *cache_find(int object);
int cache_add(int object, struct page *page);
void cache_remove(struct page *page);
void device_write(struct page *page);

#endif
