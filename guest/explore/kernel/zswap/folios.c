// SPDX-License-Identifier: GPL-2.0
/* Kernels without frontswap: mm/page_io.c and mm/swapfile.c call zswap themselves. */
#if !__has_include(<linux/frontswap.h>)
#include "services.h"

#include <linux/pagemap.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/writeback.h>
#include <linux/zswap.h>

#include "swap.h"
#include "slots.h"

int zswap_took(int object, struct page *page)
{
	return zswap_store(page_folio(page));
}

void zswap_forget(int object)
{
	zswap_invalidate(swp_entry(0, object));
}

bool folio_mark_dirty(struct folio *folio)
{
	set_bit(PG_dirty, (unsigned long *)&folio->flags);
	return true;
}

struct pglist_data contig_page_data;

#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)

void zswap_begin(void)
{
	zswap_swapon(0, OBJECTS_MAX);
}

int zswap_gave(int object, struct page *page)
{
	return zswap_load(page_folio(page));
}

/* It returns the folio of the cache, or adds a new one, locked, unless the slot is free. */
struct folio *__read_swap_cache_async(swp_entry_t entry, gfp_t gfp, struct mempolicy *policy,
				      pgoff_t index, bool *is_new, bool skip_if_exists)
{
	int object = swp_offset(entry);
	struct page *page;

	*is_new = false;
	failing_next_eviction();
	if (failing_at(FAILS_AT_PAGE) || failing_at(FAILS_AT_ALLOCATION))
		return NULL;
	if (failing_at(FAILS_AT_SWAPCACHE))
		return page_folio(alloc_page(gfp));
	page = cache_find(object);
	if (page)
		return page_folio(page);
	if (!slot_is_used(object))
		return NULL;
	page = new_locked_page(gfp);
	*is_new = !cache_add(object, page);
	if (*is_new)
		return page_folio(page);
	/* skip_if_exists: zswap does not wait for who is about to add one. */
	unlock_and_put(page);
	return NULL;
}

void delete_from_swap_cache(struct folio *folio)
{
	cache_remove(&folio->page);
}

void __swap_writepage(struct folio *folio, struct writeback_control *control)
{
	device_write(&folio->page);
}

#else

static struct swap_info_struct device;

static void nobody_left(struct percpu_ref *users)
{
}

void zswap_begin(void)
{
	if (percpu_ref_init(&device.users, nobody_left, 0, GFP_KERNEL) || zswap_swapon(0, OBJECTS_MAX))
		explorer_lacks("a swap device");
}

/* Unless nothing of the slot is in zswap, it has unlocked the folio. */
int zswap_gave(int object, struct page *page)
{
	int error = zswap_load(page_folio(page));

	if (error == -ENOENT)
		return 0;
	if (error)
		fail(FAIL_DATA, "object %d cannot be read back: error %d", object, error);
	__folio_lock(page_folio(page));
	return 1;
}

struct swap_info_struct *get_swap_device(swp_entry_t entry)
{
	percpu_ref_get(&device.users);
	return &device;
}

/* __swap_cache_alloc(): a new folio, locked, if the slot is in use and has none. */
struct folio *swap_cache_alloc_folio(swp_entry_t entry, gfp_t gfp, unsigned long orders,
				     struct vm_fault *fault, struct mempolicy *policy, pgoff_t index)
{
	int object = swp_offset(entry), error;
	struct page *page;

	failing_next_eviction();
	if (failing_at(FAILS_AT_PAGE) || failing_at(FAILS_AT_ALLOCATION))
		return ERR_PTR(-ENOMEM);
	if (failing_at(FAILS_AT_SWAPCACHE))
		return ERR_PTR(-EEXIST);
	page = cache_find(object);
	if (page) {
		put_page(page);
		return ERR_PTR(-EEXIST);
	}
	if (!slot_is_used(object))
		return ERR_PTR(-ENOENT);
	page = new_locked_page(gfp);
	error = cache_add(object, page);
	if (!error)
		return page_folio(page);
	unlock_and_put(page);
	return ERR_PTR(error);
}

void swap_cache_del_folio(struct folio *folio)
{
	cache_remove(&folio->page);
}

void __swap_writepage(struct swap_io_ctx *context, struct folio *folio)
{
	device_write(&folio->page);
}

void swap_write_submit(struct swap_io_ctx *context)
{
}
#endif
#endif
