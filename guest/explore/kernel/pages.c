// SPDX-License-Identifier: GPL-2.0
/* Pages, their locks and flags. struct page is the kernel's own. */
#include "services.h"

#include <linux/highmem.h>
#include <linux/migrate.h>
#include <linux/pagemap.h>

/* Memory begins at the arena: virt_to_page() of a slab object has to have an answer. */
unsigned long page_offset_base = ARENA, phys_base;
unsigned long vmemmap_base = MEMMAP - (PAGES - ARENA) / PAGE_SIZE * sizeof(struct page);

static long alive, zspages;

static struct page *page_numbered(unsigned long number)
{
	BUILD_BUG_ON(sizeof(struct page) > PAGE_DESCRIPTOR_MAX);
	return (struct page *)MEMMAP + number;
}

static unsigned long content_of(struct page *page)
{
	return PAGES + (page - (struct page *)MEMMAP) * PAGE_SIZE;
}

static struct page *take_page(gfp_t gfp)
{
	struct page *page;
	unsigned long content;

	if (gfp & __GFP_DIRECT_RECLAIM)
		may_sleep("a page allocation that may reclaim");
	page = page_numbered(page_take());
	content = content_of(page);
	__builtin_memset(page, 0, sizeof(*page));
	page->_refcount.counter = 1;
	page->_mapcount.counter = -1;
	__builtin_memset((void *)content, gfp & __GFP_ZERO ? 0 : 0xa5, PAGE_SIZE);
	memory_allocated(content, PAGE_SIZE);
	object_named(content, PAGE_SIZE, "page");
	object_named((unsigned long)page, sizeof(*page) - 16, "struct page");
	alive++;
	return page;
}

/* Since 6.17 a page stays movable until it is free, by its type. */
#ifdef PAGE_MAPPING_MOVABLE
#define FLAGS_OF_MAPPING ((unsigned long)PAGE_MAPPING_FLAGS)
#else
#define FLAGS_OF_MAPPING ((unsigned long)FOLIO_MAPPING_FLAGS)
#endif

static int has_mapping(struct page *page)
{
	return ((unsigned long)page->mapping & ~FLAGS_OF_MAPPING) != 0;
}

static unsigned long *flags_of(struct page *page)
{
	return (unsigned long *)&page->flags;
}

static void page_is_gone(struct page *page, unsigned long pc)
{
	unsigned long content = content_of(page);

	if (memory_was_freed(content))
		fail(FAIL_DOUBLE_FREE, "a page is freed twice");
	if (PageLocked(page))
		fail(FAIL_PAGE_STATE, "a page is freed while it is locked");
	if (has_mapping(page))
		fail(FAIL_PAGE_STATE, "a page is freed that has a mapping");
	if (PagePrivate(page))
		fail(FAIL_PAGE_STATE, "a page is freed that is private");
	access_free(content, PAGE_SIZE, pc);
	memory_freed(content, PAGE_SIZE);
	alive--;
}

static struct page *take_pages(gfp_t gfp, unsigned int order)
{
	if (order)
		explorer_lacks("pages of a higher order");
	return take_page(gfp);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
struct page *alloc_pages_node_noprof(int node, gfp_t gfp, unsigned int order)
{
	return take_pages(gfp, order);
}
#elif defined(alloc_hooks)
struct page *__alloc_pages_noprof(gfp_t gfp, unsigned int order, int node, nodemask_t *nodes)
{
	return take_pages(gfp, order);
}
#else
struct page *__alloc_pages(gfp_t gfp, unsigned int order, int node, nodemask_t *nodes)
{
	return take_pages(gfp, order);
}
#endif

void __folio_put(struct folio *folio)
{
	page_is_gone(&folio->page, CALLER);
}

void __free_pages(struct page *page, unsigned int order)
{
	access_atomic((unsigned long)&page->_refcount, 4, ACCESS_WRITE, 1, CALLER);
	if (--page->_refcount.counter == 0)
		page_is_gone(page, CALLER);
}

#undef unlock_page
void unlock_page(struct page *page)
{
	flag_drop(flags_of(page), PG_locked, CALLER);
}

void folio_unlock(struct folio *folio)
{
	flag_drop(flags_of(&folio->page), PG_locked, CALLER);
}

void __folio_lock(struct folio *folio)
{
	flag_take(flags_of(&folio->page), PG_locked, CALLER);
}

void folio_wait_bit(struct folio *folio, int bit)
{
	flag_wait(flags_of(&folio->page), bit, CALLER);
}

/* mm/compaction.c and mm/migrate.c: pages that migration can move */

#ifdef PAGE_MAPPING_MOVABLE
bool PageMovable(struct page *page)
{
	unsigned long mapping;

	access_plain((unsigned long)&page->mapping, 8, ACCESS_READ, CALLER);
	mapping = (unsigned long)page->mapping;
	return (mapping & PAGE_MAPPING_FLAGS) == PAGE_MAPPING_MOVABLE &&
	       mapping & ~(unsigned long)PAGE_MAPPING_FLAGS;
}

void __SetPageMovable(struct page *page, const struct movable_operations *operations)
{
	access_plain((unsigned long)&page->mapping, 8, ACCESS_WRITE, CALLER);
	if (!PageLocked(page))
		fail(FAIL_BUG, "__SetPageMovable() of a page that is not locked");
	page->mapping = (void *)((unsigned long)operations | PAGE_MAPPING_MOVABLE);
}

void __ClearPageMovable(struct page *page)
{
	access_plain((unsigned long)&page->mapping, 8, ACCESS_WRITE, CALLER);
	page->mapping = (void *)PAGE_MAPPING_MOVABLE;
}
#else
const struct movable_operations *zsmalloc_movable_operations;

int set_movable_ops(const struct movable_operations *operations, enum pagetype type)
{
	if (type == PGTY_zsmalloc)
		zsmalloc_movable_operations = operations;
	return 0;
}
#endif

/* Statistics of zones: zsmalloc counts NR_ZSPAGES here. */

void inc_zone_page_state(struct page *page, enum zone_stat_item item)
{
	zspages += item == NR_ZSPAGES;
}

void dec_zone_page_state(struct page *page, enum zone_stat_item item)
{
	zspages -= item == NR_ZSPAGES;
}

/* By another name, since the page became const at some time. */
void page_is_dumped(const void *page, const char *reason) asm("dump_page");
void page_is_dumped(const void *page, const char *reason)
{
	note("VM_BUG_ON_PAGE: %s", reason);
}

long pages_alive(void)
{
	return alive;
}

long zspages_counted(void)
{
	return zspages;
}
