// SPDX-License-Identifier: GPL-2.0
/*
 * A model of swap around the real zswap.o, of kernels with frontswap: slots,
 * the swap cache, the swap device. Object N is slot N.
 *
 * What it asserts:
 *  S1 swap_writepage(), swap_readpage(): a slot is written and read with its
 *     page locked and in the swap cache, so by one thread at a time.
 *  S2 __frontswap_store(): what zswap has of a slot is invalidated before a
 *     new store to it; if that fails, the page goes to the device.
 *  S3 __frontswap_load(): zswap is asked only for slots that it stored.
 *  S4 swap_entry_free(): a slot is free when neither a user nor the swap cache
 *     has it. Under si->lock zswap is then asked to invalidate it.
 *  S5 __read_swap_cache_async(): it finds the page of the cache, or adds a new
 *     one, locked, unless the slot is free.
 *  S6 who finds the page of another swap-out, swap-in or writeback in the cache
 *     waits until it has left, and does not use it.
 *  S7 a page that was written back leaves the swap cache at once.
 */
#include "services.h"

#include <linux/frontswap.h>
#include <linux/pagemap.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/writeback.h>

#include "swap.h"
#include "data.h"
#include "slots.h"

static const struct frontswap_ops *zswap;

static struct slot {
	int users;			/* swap_map[] without the flag */
	struct page *cached;		/* SWAP_HAS_CACHE */
	bool in_zswap;			/* its bit of frontswap_map */
	int size, written;		/* of the last swap-out; its generation */
	int on_device;			/* the generation there */
} slots[OBJECTS_MAX];

static DEFINE_SPINLOCK(si_lock);
static spinlock_t cache_lock[OBJECTS_MAX];

int frontswap_register_ops(const struct frontswap_ops *ops)
{
	zswap = ops;
	return 0;
}

void swap_start(void)
{
	int i;

	for (i = 0; i < OBJECTS_MAX; i++)
		spin_lock_init(&cache_lock[i]);
	zswap->init(0);
}

static struct content *content_of(struct page *page)
{
	return page_address(page);
}

/* swap_entry_free(), swap_range_free(): S4 */
static void free_if_unused(int object)
{
	struct slot *slot = &slots[object];

	if (slot->users || slot->cached)
		return;
	if (slot->in_zswap) {
		slot->in_zswap = false;
		zswap->invalidate_page(0, object);
	}
	slot->on_device = 0;
}

/* swapcache_prepare() and add_to_swap_cache(). NULL: another page is there, or the slot is free. */
static struct page *add_to_cache(int object, struct page *page, bool new_user)
{
	struct slot *slot = &slots[object];
	struct page *added = NULL;

	spin_lock(&si_lock);
	if (!slot->cached && (slot->users || new_user)) {
		slot->users |= new_user;
		slot->cached = added = page;
		get_page(page);
	}
	spin_unlock(&si_lock);
	return added;
}

static struct page *find_in_cache(int object)
{
	struct page *page;

	spin_lock(&si_lock);
	page = slots[object].cached;
	if (page)
		get_page(page);
	spin_unlock(&si_lock);
	return page;
}

/* delete_from_swap_cache(), put_swap_page() */
static void remove_from_cache(int object)
{
	struct page *page;

	spin_lock(&si_lock);
	page = slots[object].cached;
	slots[object].cached = NULL;
	free_if_unused(object);
	spin_unlock(&si_lock);
	put_page(page);
}

static struct page *new_locked_page(void)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

	if (!trylock_page(page))
		fail(FAIL_PAGE_STATE, "a new page is locked");
	return page;
}

static void unlock_and_put(struct page *page)
{
	unlock_page(page);
	put_page(page);
}

static int is_not_cached(void *slot)
{
	return !((struct slot *)slot)->cached;
}

/* The page of this slot in the swap cache, locked, for us alone: S6. NULL if the slot is free. */
static struct page *begin_io(int object, bool new_user)
{
	struct page *page;

	if (!slots[object].users && !slots[object].cached && !new_user)
		return NULL;
	page = new_locked_page();
	while (!add_to_cache(object, page, new_user)) {
		if (is_not_cached(&slots[object])) {
			unlock_and_put(page);
			return NULL;
		}
		wait_until(is_not_cached, &slots[object], "the swap cache");
	}
	set_page_private(page, object);
	return page;
}

static void end_io(int object, struct page *page)
{
	unlock_page(page);
	remove_from_cache(object);
	put_page(page);
}

/* __frontswap_store(): S2 */
static int store_in_zswap(int object, struct page *page)
{
	struct slot *slot = &slots[object];

	if (slot->in_zswap) {
		slot->in_zswap = false;
		zswap->invalidate_page(0, object);
	}
	if (zswap->store(0, object, page))
		return 0;
	slot->in_zswap = true;
	return 1;
}

/* swap_writepage() of a page that reclaim takes: S1 */
void swap_out(int object, int size)
{
	struct slot *slot = &slots[object];
	struct page *page = begin_io(object, true);
	int compressed = size - (int)sizeof(swp_entry_t);

	if (!page)
		return;
	slot->size = compressed;
	slot->written++;
	*content_of(page) = (struct content){ object, slot->written, compressed };
	if (!store_in_zswap(object, page))
		slot->on_device = slot->written;
	end_io(object, page);
}

/* __frontswap_load(), then the device: S3 */
static int generation_of(int object, struct page *page)
{
	struct slot *slot = &slots[object];

	if (slot->in_zswap && !zswap->load(0, object, page)) {
		if (content_of(page)->object != object)
			fail(FAIL_DATA, "object %d has the data of %d", object, content_of(page)->object);
		return content_of(page)->generation;
	}
	return slot->on_device;
}

/* swap_readpage() */
void swap_in(int object)
{
	struct page *page = begin_io(object, false);
	int generation;

	if (!page)
		return;
	generation = generation_of(object, page);
	if (generation != slots[object].written)
		fail(FAIL_DATA, "object %d was stored %d times, and its data is of time %d", object,
		     slots[object].written, generation);
	end_io(object, page);
}

void swap_free_slot(int object)
{
	spin_lock(&si_lock);
	slots[object].users = 0;
	free_if_unused(object);
	spin_unlock(&si_lock);
}

int swap_slots_in_zswap(void)
{
	int i, count = 0;

	for (i = 0; i < OBJECTS_MAX; i++)
		count += slots[i].in_zswap && slots[i].on_device != slots[i].written;
	return count;
}

/* What zswap_writeback_entry() calls */

struct page *__read_swap_cache_async(swp_entry_t entry, gfp_t gfp, struct vm_area_struct *vma,
				     unsigned long address, bool *is_new)
{
	int object = swp_offset(entry);
	struct page *page;

	*is_new = false;
	if (failing_at(FAILS_AT_PAGE))
		return NULL;
	if (failing_at(FAILS_AT_SWAPCACHE))
		return alloc_page(gfp);
	page = find_in_cache(object);
	if (page)
		return page;
	page = new_locked_page();
	if (add_to_cache(object, page, false)) {
		set_page_private(page, object);
		*is_new = true;
		return page;
	}
	unlock_and_put(page);
	return find_in_cache(object);
}

void delete_from_swap_cache(struct folio *folio)
{
	remove_from_cache(page_private(&folio->page));
}

/* The write to the device ends at once: S7. */
int __swap_writepage(struct page *page, struct writeback_control *control)
{
	int object = page_private(page);

	if (content_of(page)->object != object)
		fail(FAIL_DATA, "the data of object %d is written to the slot of %d",
		     content_of(page)->object, object);
	/* In the kernel a swap-in could find this page in the cache, as new as can be. */
	if (content_of(page)->generation != slots[object].written)
		fail_model(FAIL_DATA, "time %d of object %d is written back, which was stored %d times",
			   content_of(page)->generation, object, slots[object].written);
	slots[object].on_device = content_of(page)->generation;
	unlock_page(page);
	remove_from_cache(object);
	return 0;
}
