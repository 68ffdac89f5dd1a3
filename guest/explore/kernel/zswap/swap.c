// SPDX-License-Identifier: GPL-2.0
/*
 * A model of swap around the real zswap.o: slots, the swap cache, the swap
 * device. Object N is slot N.
 *
 * What it asserts:
 *  S1 swap_writepage(), swap_read_folio(): a slot is written and read with its
 *     page locked and in the swap cache.
 *  S2 do_swap_page(), shrink_folio_list(): who finds a page in the swap cache
 *     locks it, and looks again whether it is still that of the slot.
 *  S3 a page is swapped in before it is changed and swapped out again.
 *  S4 a slot is free when neither a user nor the swap cache has it. zswap is
 *     asked to forget it before it can be used again: under the lock of the
 *     slots, or (6.12, free_swap_slot()) before that is taken.
 *  S5 __try_to_reclaim_swap(): who frees a slot takes its page out of the swap
 *     cache, if he gets its lock. Else reclaim does, before the slot is used again.
 *  S6 a page that is clean leaves the swap cache when its reader or writer is
 *     done. One that zswap has marked dirty, since it kept no copy, stays: it
 *     is the only one.
 *  S7 a page that was written back leaves the swap cache at once.
 *  S8 shrink_folio_list(): a clean page of the swap cache may be dropped at any
 *     time. It is when the threads are done: then the slot must have its data.
 */
#include "services.h"

#include <linux/pagemap.h>
#include <linux/version.h>

#include "slots.h"

/* free_swap_slot() calls zswap before it takes any lock; the slot is nobody's meanwhile. */
#if __has_include(<linux/swap_slots.h>) && !__has_include(<linux/frontswap.h>)
#define FORGETS_UNLOCKED 1
#else
#define FORGETS_UNLOCKED 0
#endif

static struct slot {
	int users;			/* swap_map[] without the flag */
	struct page *cached;		/* SWAP_HAS_CACHE */
	bool held;			/* the same, while it is freed */
	int size, written;		/* of the last swap-out; its generation */
	int on_device;			/* the generation there */
} slots[OBJECTS_MAX];

static DEFINE_SPINLOCK(slots_lock);

void swap_start(void)
{
	zswap_begin();
}

struct content *content_of(struct page *page)
{
	return page_address(page);
}

static unsigned long *flags_of(struct page *page)
{
	return (unsigned long *)&page->flags;
}

struct page *new_locked_page(gfp_t gfp)
{
	struct page *page = alloc_page(gfp | __GFP_ZERO);

	*flags_of(page) |= 1UL << PG_locked;
	return page;
}

void unlock_and_put(struct page *page)
{
	folio_unlock((struct folio *)page);
	put_page(page);
}

static int is_free(void *argument)
{
	struct slot *slot = argument;

	return !slot->users && !slot->cached && !slot->held;
}

/* swap_entry_free(), swap_range_free(): S4. The lock is held. */
static void free_if_unused(int object)
{
	struct slot *slot = &slots[object];

	if (!is_free(slot))
		return;
	if (FORGETS_UNLOCKED) {
		slot->held = true;
		spin_unlock(&slots_lock);
		zswap_forget(object);
		spin_lock(&slots_lock);
		slot->held = false;
	} else {
		zswap_forget(object);
	}
	slot->on_device = 0;
}

int slot_is_used(int object)
{
	int used;

	spin_lock(&slots_lock);
	used = !!slots[object].users;
	spin_unlock(&slots_lock);
	return used;
}

/* swap_cache_get_folio() */
struct page *cache_find(int object)
{
	struct page *page;

	spin_lock(&slots_lock);
	page = slots[object].cached;
	if (page)
		get_page(page);
	spin_unlock(&slots_lock);
	return page;
}

static void put_in_cache(int object, struct page *page)
{
	slots[object].cached = page;
	get_page(page);
	set_bit(PG_swapbacked, flags_of(page));
	set_bit(PG_swapcache, flags_of(page));
	set_page_private(page, object);
}

/* swapcache_prepare() and add_to_swap_cache(). 0, or why not. */
int cache_add(int object, struct page *page)
{
	struct slot *slot = &slots[object];
	int error = 0;

	spin_lock(&slots_lock);
	if (slot->cached || slot->held)
		error = -EEXIST;
	else if (!slot->users)
		error = -ENOENT;
	else
		put_in_cache(object, page);
	spin_unlock(&slots_lock);
	return error;
}

/* delete_from_swap_cache(), put_swap_folio(): the page is locked. */
void cache_remove(struct page *page)
{
	int object = page_private(page);

	if (slots[object].cached != page)
		fail(FAIL_BUG, "a page is taken out of the swap cache that is not there");
	spin_lock(&slots_lock);
	slots[object].cached = NULL;
	clear_bit(PG_swapcache, flags_of(page));
	free_if_unused(object);
	spin_unlock(&slots_lock);
	put_page(page);
}

static int try_lock(struct page *page)
{
	access_atomic((unsigned long)flags_of(page), 8, ACCESS_WRITE, 1, CALLER);
	return !test_and_set_bit(PG_locked, flags_of(page));
}

/* S5, and vmscan: the page of a slot that has no user any more. */
static void reclaim_unused(int object)
{
	struct page *page = cache_find(object);

	if (!page)
		return;
	if (try_lock(page)) {
		if (slots[object].cached == page && !slots[object].users)
			cache_remove(page);
		folio_unlock((struct folio *)page);
	}
	put_page(page);
}

/* Whether it can be made free, or another thread has it now. */
static int need_not_wait(void *argument)
{
	struct slot *slot = argument;

	return slot->users || (!slot->held &&
	       !(slot->cached && test_bit(PG_locked, flags_of(slot->cached))));
}

/* folio_alloc_swap(): the slot is found free, and its first page is in the cache. NULL: look again. */
static struct page *take_slot(int object)
{
	struct slot *slot = &slots[object];
	struct page *page = NULL;

	wait_until(need_not_wait, slot, "a slot that is still in use");
	reclaim_unused(object);
	spin_lock(&slots_lock);
	if (is_free(slot)) {
		slot->users = 1;
		page = new_locked_page(0);
		put_in_cache(object, page);
	}
	spin_unlock(&slots_lock);
	return page;
}

/*
 * swap_read_folio(), and what its reader finds: S2. Returns 0 when somebody took
 * the page out of the swap cache while it was unlocked.
 */
static int read_page(int object, struct page *page)
{
	struct slot *slot = &slots[object];

	if (!zswap_gave(object, page))
		*content_of(page) = (struct content){ object, slot->on_device, slot->size };
	if (slot->cached == page)
		return 1;
	unlock_and_put(page);
	return 0;
}

/* The page of a slot in the swap cache, locked, with its data. NULL if the slot is free. */
static struct page *get_locked(int object, int *was_cached)
{
	struct page *page;

	while (slot_is_used(object)) {
		*was_cached = 1;
		page = cache_find(object);
		if (page) {
			__folio_lock((struct folio *)page);
			if (slots[object].cached == page)
				return page;
			unlock_and_put(page);
			continue;
		}
		*was_cached = 0;
		page = new_locked_page(GFP_KERNEL);
		if (cache_add(object, page))
			unlock_and_put(page);
		else if (read_page(object, page))
			return page;
	}
	return NULL;
}

static void check_page(int object, struct page *page)
{
	struct content *content = content_of(page);

	if (content->object != object)
		fail(FAIL_DATA, "object %d has the data of %d", object, content->object);
	if (content->generation != slots[object].written)
		fail(FAIL_DATA, "object %d was stored %d times, and its data is of time %d", object,
		     slots[object].written, content->generation);
}

/* S6. A slot that was freed meanwhile has no reader either. */
static void page_done(int object, struct page *page, int stays)
{
	if (!slot_is_used(object) || !(stays || test_bit(PG_dirty, flags_of(page))))
		cache_remove(page);
	unlock_and_put(page);
}

/* swap_writepage() of a page that reclaim takes. */
void swap_out(int object, int size, int stays)
{
	struct slot *slot = &slots[object];
	int compressed = size - ENTRY_HEADER;
	struct page *page;
	int was_cached;

	do {
		page = get_locked(object, &was_cached);	/* S3 */
		if (page)
			check_page(object, page);
		else
			page = take_slot(object);
	} while (!page);
	slot->size = compressed;
	slot->written++;
	*content_of(page) = (struct content){ object, slot->written, compressed };
	clear_bit(PG_dirty, flags_of(page));
	if (!zswap_took(object, page))
		slot->on_device = slot->written;
	page_done(object, page, stays);
}

/* do_swap_page() */
void swap_in(int object)
{
	int was_cached;
	struct page *page = get_locked(object, &was_cached);

	if (!page)
		return;
	check_page(object, page);
	page_done(object, page, was_cached);
}

/* swap_free(), then S5. */
void swap_free_slot(int object)
{
	spin_lock(&slots_lock);
	if (slots[object].users) {
		slots[object].users = 0;
		free_if_unused(object);
	}
	spin_unlock(&slots_lock);
	reclaim_unused(object);
}

/* __swap_writepage() of a page that zswap made: it ends at once, S7. */
void device_write(struct page *page)
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
	cache_remove(page);
	folio_unlock((struct folio *)page);
}

/* S8. One that stays locked is another oracle's. */
void swap_drop_clean(void)
{
	int i;

	for (i = 0; i < OBJECTS_MAX; i++) {
		struct page *page = cache_find(i);

		if (!page)
			continue;
		if (!test_bit(PG_dirty, flags_of(page)) && try_lock(page)) {
			cache_remove(page);
			folio_unlock((struct folio *)page);
		}
		put_page(page);
	}
}

long swap_pages_cached(void)
{
	long count = 0;
	int i;

	for (i = 0; i < OBJECTS_MAX; i++)
		count += !!slots[i].cached;
	return count;
}
