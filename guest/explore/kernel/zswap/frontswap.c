// SPDX-License-Identifier: GPL-2.0
/* Kernels with frontswap, which is the kernel's own: zswap as its backend. */
#if __has_include(<linux/frontswap.h>)
#include "services.h"

#include <linux/frontswap.h>
#include <linux/pagemap.h>
#include <linux/swap.h>
#include <linux/swapfile.h>
#include <linux/swapops.h>
#include <linux/writeback.h>

#include "swap.h"
#include "slots.h"

static struct swap_info_struct device = { .max = OBJECTS_MAX };
static unsigned long map[BITS_TO_LONGS(OBJECTS_MAX)];

struct swap_info_struct *swap_info[MAX_SWAPFILES] = { &device };

void zswap_begin(void)
{
	frontswap_init(0, map);
}

int zswap_took(int object, struct page *page)
{
	return !frontswap_store(page);
}

int zswap_gave(int object, struct page *page)
{
	return !frontswap_load(page);
}

void zswap_forget(int object)
{
	frontswap_invalidate_page(0, object);
}

/* What zswap_writeback_entry() calls */

/* It returns the page of the cache, or adds a new one, locked, unless the slot is free. */
struct page *__read_swap_cache_async(swp_entry_t entry, gfp_t gfp, struct vm_area_struct *vma,
				     unsigned long address, bool *is_new)
{
	int object = swp_offset(entry), error;
	struct page *page;

	*is_new = false;
	if (failing_at(FAILS_AT_PAGE))
		return NULL;
	if (failing_at(FAILS_AT_SWAPCACHE))
		return alloc_page(gfp);
	do {
		page = cache_find(object);
		if (page || !slot_is_used(object))
			return page;
		page = new_locked_page(gfp);
		error = cache_add(object, page);
		if (error)
			unlock_and_put(page);
	} while (error == -EEXIST);
	*is_new = !error;
	return error ? NULL : page;
}

void delete_from_swap_cache(struct folio *folio)
{
	cache_remove(&folio->page);
}

int __swap_writepage(struct page *page, struct writeback_control *control)
{
	device_write(page);
	return 0;
}
#endif
