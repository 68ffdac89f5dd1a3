// SPDX-License-Identifier: GPL-2.0
/*
 * A model of the callers of a movable page's operations. Instrumented.
 *
 * What it asserts about mm/migrate.c and mm/compaction.c:
 *  M1 isolate_movable_page(): a reference is taken unless the page is free, the
 *     page lock is only tried, and PageMovable and PageIsolated are looked at
 *     under it.
 *  M2 PG_isolated is set by the caller once isolate_page() agreed.
 *  M3 move_to_new_folio(): migrate_page() runs with both pages locked, and is
 *     not called if the page stopped being movable in between.
 *  M4 putback_movable_pages(): putback_page() runs under the page lock, if the
 *     page is still movable; PG_isolated is cleared after it.
 */
#include "services.h"

#include <linux/migrate.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>

#include "callers.h"
#include "data.h"

static long page_of[OBJECTS_MAX];

void migrate_prepare(void)
{
	int i;

	for (i = 0; i < OBJECTS_MAX; i++)
		page_of[i] = data_page_of(i);
}

#ifdef EXPLORE_NO_MIGRATION
void migrate_page_of(int object)
{
}
#else

#ifdef PAGE_MAPPING_MOVABLE
static const struct movable_operations *operations_of(struct page *page)
{
	return page_movable_ops(page);
}
#else
/* By its type a page is movable until it is free: page_has_movable_ops(). */
extern const struct movable_operations *zsmalloc_movable_operations;

#define operations_of(page)	zsmalloc_movable_operations
#define __PageMovable(page)	page_has_movable_ops(page)
#define PageMovable(page)	page_has_movable_ops(page)
#define PageIsolated(page)	PageMovableOpsIsolated(page)
#define SetPageIsolated(page)	SetPageMovableOpsIsolated(page)
#define ClearPageIsolated(page)	ClearPageMovableOpsIsolated(page)
#endif

/* isolate_movable_page(): M1, M2 */
static int isolate(struct page *page)
{
	int isolated = 0;

	if (!get_page_unless_zero(page))
		return 0;
	if (!__PageMovable(page) || !trylock_page(page))
		goto put;
	if (PageMovable(page) && !PageIsolated(page) &&
	    operations_of(page)->isolate_page(page, 0)) {
		SetPageIsolated(page);
		isolated = 1;
	}
	unlock_page(page);
	if (isolated)
		return 1;
put:
	put_page(page);
	return 0;
}

/* move_to_new_folio(): M3. Returns whether the page is done with. */
static int move(struct page *page, struct page *to)
{
	int error;

	if (!PageMovable(page)) {
		ClearPageIsolated(page);
		return 1;
	}
	error = operations_of(page)->migrate_page(to, page, MIGRATE_SYNC);
	if (!error && __PageMovable(page))
		ClearPageIsolated(page);
	return !error;
}

/* putback_movable_pages(): M4 */
static void put_back(struct page *page)
{
	lock_page(page);
	if (PageMovable(page))
		operations_of(page)->putback_page(page);
	ClearPageIsolated(page);
	unlock_page(page);
	put_page(page);
}

/* unmap_and_move() */
static void migrate(struct page *page)
{
	struct page *to = alloc_page(GFP_HIGHUSER_MOVABLE);
	int done = 0;

	lock_page(page);
	if (trylock_page(to)) {
		done = move(page, to);
		unlock_page(to);
	}
	unlock_page(page);
	if (done)
		put_page(page);
	else
		put_back(page);
	put_page(to);
}

void migrate_page_of(int object)
{
	struct page *page;

	if (page_of[object] < 0)
		return;
	page = (struct page *)MEMMAP + page_of[object];
	if (isolate(page))
		migrate(page);
}
#endif
