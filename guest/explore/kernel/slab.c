// SPDX-License-Identifier: GPL-2.0
/*
 * Slab: each object lies alone, with a word before it that holds its size and
 * cache, and bytes behind it that are never live. Freed memory stays unused.
 */
#include "services.h"

struct header {
	unsigned long size;
	void *cache;
};

struct kmem_cache {
	const char *name;
	unsigned int size;
	long alive;
	void (*constructor)(void *);
	struct kmem_cache *next;
};

/* What an object is filled with, so that nobody relies on zeros. */
#define POISON 0xa5

static struct kmem_cache *caches;

void *allocate(unsigned long size, gfp_t gfp, const char *kind, void *cache)
{
	unsigned long at;
	struct header *header;

	if (gfp & __GFP_DIRECT_RECLAIM)
		may_sleep("an allocation that may reclaim");
	at = slab_take(sizeof(*header) + size);
	header = (struct header *)at;
	header->size = size;
	header->cache = cache;
	at += sizeof(*header);
	__builtin_memset((void *)at, gfp & __GFP_ZERO ? 0 : POISON, size);
	memory_allocated(at, size);
	object_named(at, size, kind);
	return (void *)at;
}

static int is_object(unsigned long at)
{
	return at - SLAB < FIBERS * SLAB_EACH && !(at & 7) && at - SLAB > sizeof(struct header);
}

void release(const void *object, void *cache, unsigned long pc)
{
	unsigned long at = (unsigned long)object;
	struct header *header = (struct header *)at - 1;

	if (is_object(at) && memory_was_freed(at))
		fail(FAIL_DOUBLE_FREE, "double free of an object at %#lx", at);
	if (!is_object(at) || !memory_is_live(at) || memory_is_live(at - 8))
		fail(FAIL_INVALID_FREE, "free of %#lx, which is no object", at);
	if (header->cache != cache)
		fail(FAIL_INVALID_FREE, "an object at %#lx is freed to another cache", at);
	/* To free is to write: it races with whoever still reads. */
	access_free(at, header->size, pc);
	if (memory_was_freed(at))
		fail(FAIL_DOUBLE_FREE, "double free of an object at %#lx", at);
	memory_freed(at, header->size);
}

/* The writeback of zswap 6.1 begins with the allocation of a page's buffer. */
static int writeback_fails(size_t size)
{
	if (size != PAGE_SIZE || !failing_is_on())
		return 0;
	failing_next_eviction();
	return failing_at(FAILS_AT_ALLOCATION);
}

/* kmalloc() by any of its names: allocation profiling gave them new ones. */

#ifdef alloc_hooks

kmem_buckets kmalloc_caches[NR_KMALLOC_TYPES];

#ifdef DECL_TOKEN_PARAMS
void *__kmalloc_noprof(DECL_TOKEN_PARAMS(size, token), gfp_t gfp)
#else
void *__kmalloc_noprof(size_t size, gfp_t gfp)
#endif
{
	return allocate(size, gfp, "kmalloc", NULL);
}

#ifdef DECL_KMALLOC_PARAMS
void *__kmalloc_node_noprof(DECL_KMALLOC_PARAMS(size, buckets, token), gfp_t gfp, int node)
#else
void *__kmalloc_node_noprof(DECL_BUCKET_PARAMS(size, buckets), gfp_t gfp, int node)
#endif
{
	return allocate(size, gfp, "kmalloc", NULL);
}

void *__kmalloc_cache_noprof(struct kmem_cache *cache, gfp_t gfp, size_t size)
{
	return allocate(size, gfp, "kmalloc", NULL);
}

void *__kmalloc_cache_node_noprof(struct kmem_cache *cache, gfp_t gfp, int node, size_t size)
{
	return allocate(size, gfp, "kmalloc", NULL);
}

void *__kmalloc_large_noprof(size_t size, gfp_t gfp)
{
	return allocate(size, gfp, "kmalloc", NULL);
}

#ifdef DECL_KMALLOC_PARAMS
void *__kvmalloc_node_noprof(DECL_KMALLOC_PARAMS(size, buckets, token), unsigned long align, gfp_t gfp,
			     int node)
#else
void *__kvmalloc_node_noprof(DECL_BUCKET_PARAMS(size, buckets), gfp_t gfp, int node)
#endif
{
	return allocate(size, gfp, "kmalloc", NULL);
}

#else

struct kmem_cache *kmalloc_caches[NR_KMALLOC_TYPES][KMALLOC_SHIFT_HIGH + 1];

void *__kmalloc(size_t size, gfp_t gfp)
{
	return allocate(size, gfp, "kmalloc", NULL);
}

void *kmalloc_trace(struct kmem_cache *cache, gfp_t gfp, size_t size)
{
	if (MODEL_IS_REAL && writeback_fails(size))
		return NULL;
	return allocate(size, gfp, "kmalloc", NULL);
}

void *kmalloc_node_trace(struct kmem_cache *cache, gfp_t gfp, int node, size_t size)
{
	return allocate(size, gfp, "kmalloc", NULL);
}

void *kmalloc_large(size_t size, gfp_t gfp)
{
	return allocate(size, gfp, "kmalloc", NULL);
}

#endif

void kfree(const void *object)
{
	if (object)
		release(object, NULL, CALLER);
}

void kvfree(const void *object)
{
	kfree(object);
}

void kfree_sensitive(const void *object)
{
	kfree(object);
}

char *kstrdup(const char *text, gfp_t gfp)
{
	size_t size = __builtin_strlen(text) + 1;

	return __builtin_memcpy(allocate(size, gfp, "string", NULL), text, size);
}

char *kasprintf(gfp_t gfp, const char *format, ...)
{
	char text[128];
	va_list arguments;

	va_start(arguments, format);
	format_text(text, sizeof(text), format, arguments);
	va_end(arguments);
	return kstrdup(text, gfp);
}

/* Caches */

static struct kmem_cache *new_cache(const char *name, unsigned int size,
				    void (*constructor)(void *))
{
	struct kmem_cache *cache = allocate(sizeof(*cache), __GFP_ZERO, "kmem_cache", NULL);

	/* The name may be on the caller's stack. */
	cache->name = kstrdup(name, 0);
	cache->size = size;
	cache->constructor = constructor;
	cache->next = caches;
	caches = cache;
	return cache;
}

#ifdef kmem_cache_create
struct kmem_cache *__kmem_cache_create_args(const char *name, unsigned int size,
					    struct kmem_cache_args *args, slab_flags_t flags)
{
	return new_cache(name, size, args ? args->ctor : NULL);
}
#else
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     slab_flags_t flags, void (*constructor)(void *))
{
	return new_cache(name, size, constructor);
}
#endif

static void unlink_cache(struct kmem_cache *cache)
{
	struct kmem_cache **at = &caches;

	while (*at && *at != cache)
		at = &(*at)->next;
	if (*at)
		*at = cache->next;
}

void kmem_cache_destroy(struct kmem_cache *cache)
{
	if (!cache)
		return;
	if (cache->alive)
		fail(FAIL_LEAK, "the cache %s is destroyed with %ld objects", cache->name, cache->alive);
	unlink_cache(cache);
	kfree(cache->name);
	release(cache, NULL, CALLER);
}

static int names(const struct kmem_cache *cache, const char *name)
{
	return !__builtin_strncmp(cache->name, name, __builtin_strlen(name));
}

static void *allocate_from(struct kmem_cache *cache, gfp_t gfp)
{
	void *object;

	if (failing_is_store() && names(cache, "zswap_entry"))
		return NULL;
	object = allocate(cache->size, gfp, cache->name, cache);
	cache->alive++;
	if (cache->constructor)
		cache->constructor(object);
	return object;
}

#ifdef alloc_hooks
void *kmem_cache_alloc_noprof(struct kmem_cache *cache, gfp_t gfp)
{
	return allocate_from(cache, gfp);
}

void *kmem_cache_alloc_node_noprof(struct kmem_cache *cache, gfp_t gfp, int node)
{
	return allocate_from(cache, gfp);
}

void *kmem_cache_alloc_lru_noprof(struct kmem_cache *cache, struct list_lru *lru, gfp_t gfp)
{
	return allocate_from(cache, gfp);
}
#else
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	return allocate_from(cache, gfp);
}
#endif

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	release(object, cache, CALLER);
	cache->alive--;
}

long cache_alive(const char *name)
{
	struct kmem_cache *cache;
	long alive = 0;

	/* Each pool has its own. */
	for (cache = caches; cache; cache = cache->next)
		if (names(cache, name))
			alive += cache->alive;
	return alive;
}
