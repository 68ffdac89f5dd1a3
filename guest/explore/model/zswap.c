// SPDX-License-Identifier: GPL-2.0
/*
 * A model of mm/zswap.c. Instrumented like the kernel's code, so its accesses
 * are places to switch at.
 *
 * What it asserts about mm/zswap.c, each beside the code:
 *  Z1 an entry's reference count changes under the lock of its tree only.
 *  Z2 an object is written before its entry can be found.
 *  Z3 a writeback takes nothing from the object until it has found an entry
 *     with this handle in the tree, except for the swap entry in its header.
 *  Z4 a referenced entry keeps its object allocated.
 *  Z5 the work item that shrinks runs on one worker at a time.
 */
#include "pool.h"

#include "callers.h"
#include "data.h"

struct entry {
	unsigned long handle;
	int references;
	struct content content;
};

static struct {
	spinlock_t lock;
	struct entry *entries[OBJECTS_MAX];
} *tree;

static struct kmem_cache *entry_cache;
static int generations[OBJECTS_MAX];

static void fill(unsigned char *bytes, void *content)
{
	data_fill(bytes, content);
}

static void check(const unsigned char *bytes, void *argument)
{
	struct content *content = argument;
	int at = data_differs(bytes, content);

	if (at)
		fail(FAIL_DATA, "object %d has other data, from byte %d", content->object, at - 1);
}

static void read_header(const unsigned char *bytes, void *header)
{
	__builtin_memcpy(header, bytes, sizeof(struct data_header));
}

/* zswap_entry_put(): Z1. The last reference frees the object. */
static void put_entry(struct entry *entry)
{
	if (--entry->references)
		return;
	pool_free(entry->handle);
	kmem_cache_free(entry_cache, entry);
}

/* zswap_frontswap_store(), zswap_store(): Z2, and a duplicate is replaced. */
void callers_store(int object, int size, int stays)
{
	struct entry *entry = kmem_cache_alloc(entry_cache, GFP_KERNEL), *old;

	/* What was stored before is not what the page holds now. */
	if (!entry) {
		callers_free(object);
		return;
	}
	entry->references = 1;
	entry->content = (struct content){ object, ++generations[object], size };
	if (pool_allocate(size, &entry->handle)) {
		kmem_cache_free(entry_cache, entry);
		return;
	}
	pool_write(entry->handle, size, fill, &entry->content);
	spin_lock(&tree->lock);
	old = tree->entries[object];
	tree->entries[object] = entry;
	if (old)
		put_entry(old);
	spin_unlock(&tree->lock);
}

static struct entry *find_get(int object)
{
	struct entry *entry;

	spin_lock(&tree->lock);
	entry = tree->entries[object];
	if (entry)
		entry->references++;
	spin_unlock(&tree->lock);
	return entry;
}

static void put_locked(struct entry *entry)
{
	spin_lock(&tree->lock);
	put_entry(entry);
	spin_unlock(&tree->lock);
}

/* zswap_frontswap_load(): Z4. */
void callers_load(int object)
{
	struct entry *entry = find_get(object);

	if (!entry)
		return;
	pool_read(entry->handle, entry->content.size, check, &entry->content);
	put_locked(entry);
}

/* zswap_frontswap_invalidate_page(), zswap_invalidate() */
void callers_free(int object)
{
	struct entry *entry;

	spin_lock(&tree->lock);
	entry = tree->entries[object];
	if (entry) {
		tree->entries[object] = NULL;
		put_entry(entry);
	}
	spin_unlock(&tree->lock);
}

/* zswap_get_swap_cache_page(): it may sleep, fail, or find the page there. */
static int get_swap_cache_page(void)
{
	might_sleep();
	if (failing_at(FAILS_AT_PAGE))
		return -ENOMEM;
	return failing_at(FAILS_AT_SWAPCACHE) ? -EEXIST : 0;
}

/* The data is copied out of the mapping, then decompressed and written. */
static void write_out(struct entry *entry)
{
	pool_read(entry->handle, entry->content.size, check, &entry->content);
	might_sleep();
}

#if POOL_EVICTS

/* The search in zswap_writeback_entry(), with the test that the base adds: Z3. */
static struct entry *find_owner(unsigned long handle)
{
	struct data_header header;
	struct entry *entry;

	pool_read(handle, sizeof(header), read_header, &header);
	if (header.magic != DATA_MAGIC || header.object >= OBJECTS_MAX)
		return NULL;
	spin_lock(&tree->lock);
	entry = tree->entries[header.object];
	if (entry && entry->handle == handle)
		entry->references++;
	else
		entry = NULL;
	spin_unlock(&tree->lock);
	return entry;
}

static int is_current(struct entry *entry)
{
	int current_one;

	spin_lock(&tree->lock);
	current_one = tree->entries[entry->content.object] == entry;
	spin_unlock(&tree->lock);
	return current_one;
}

/* The end of zswap_writeback_entry(): its own reference, and the tree's if it is there still. */
static void finish(struct entry *entry, int written)
{
	int object = entry->content.object;

	spin_lock(&tree->lock);
	put_entry(entry);
	if (written && tree->entries[object] == entry) {
		tree->entries[object] = NULL;
		put_entry(entry);
	}
	spin_unlock(&tree->lock);
}

/* zswap_writeback_entry() */
static int evict(unsigned long handle)
{
	struct entry *entry;
	void *buffer;
	int error;

	failing_next_eviction();
	if (failing_at(FAILS_AT_ALLOCATION))
		return -ENOMEM;
	buffer = kmalloc(PAGE_SIZE, GFP_KERNEL);
	entry = find_owner(handle);
	if (!entry) {
		kfree(buffer);
		return 0;
	}
	error = get_swap_cache_page();
	if (!error && !is_current(entry))
		error = -ENOMEM;
	if (!error)
		write_out(entry);
	finish(entry, !error);
	kfree(buffer);
	return error;
}

static void shrink(void)
{
	pool_shrink();
}

#else /* zswap has a list of its own, and writes an entry back itself */

static int evict(unsigned long handle)
{
	return -EINVAL;
}

/* shrink_memcg_cb() of the oldest entry: here, of the lowest number. */
static struct entry *oldest(void)
{
	struct entry *entry = NULL;
	int i;

	spin_lock(&tree->lock);
	for (i = 0; i < OBJECTS_MAX && !entry; i++)
		entry = tree->entries[i];
	spin_unlock(&tree->lock);
	return entry;
}

/*
 * zswap_writeback_entry(): once the folio is in the swap cache, the entry is
 * used only if the tree still has it; then it is taken out and freed.
 */
static void shrink(void)
{
	struct entry *entry = oldest();
	int mine = 0, i;

	if (!entry)
		return;
	failing_next_eviction();
	if (failing_at(FAILS_AT_ALLOCATION) || get_swap_cache_page())
		return;
	spin_lock(&tree->lock);
	for (i = 0; i < OBJECTS_MAX; i++)
		if (tree->entries[i] == entry) {
			tree->entries[i] = NULL;
			mine = 1;
		}
	spin_unlock(&tree->lock);
	if (!mine)
		return;
	write_out(entry);
	put_locked(entry);
}

#endif

/* shrink_worker(): Z5. */
void callers_shrink(enum failing_place place, int eviction)
{
	failing_begin(place, eviction);
	shrink();
	failing_end();
}

void callers_boot(void)
{
}

void callers_start(void)
{
	entry_cache = kmem_cache_create("zswap_entry", sizeof(struct entry), 0, 0, NULL);
	tree = kzalloc(sizeof(*tree), GFP_KERNEL);
	spin_lock_init(&tree->lock);
	pool_create(evict);
}

int callers_stored(void)
{
	int i, count = 0;

	for (i = 0; i < OBJECTS_MAX; i++)
		count += !!tree->entries[i];
	return count;
}

unsigned long callers_pages(void)
{
	return pool_pages();
}

void callers_stop(void)
{
	pool_destroy();
}

void callers_ready(int shrinks)
{
}

/* Pages of the swap cache are nothing but time here. */
void callers_drop_clean(void)
{
}

long callers_cached(void)
{
	return 0;
}

/* There is one pool only. */
void callers_switch(void)
{
}

void callers_age(void)
{
}
