// SPDX-License-Identifier: GPL-2.0
#include "pool.h"

#include <linux/zsmalloc.h>

static const gfp_t gfp = __GFP_NORETRY | __GFP_NOWARN | __GFP_KSWAPD_RECLAIM |
			 __GFP_HIGHMEM | __GFP_MOVABLE;

#if POOL_IS_ZPOOL

static struct zpool *pool;

#if POOL_EVICTS
static int (*evict_handle)(unsigned long handle);

static int evict(struct zpool *from, unsigned long handle)
{
	return evict_handle(handle);
}

static const struct zpool_ops pool_ops = { .evict = evict };

static struct zpool *create(void)
{
	return zpool_create_pool("zsmalloc", "zswap1", gfp & ~(__GFP_HIGHMEM | __GFP_MOVABLE), &pool_ops);
}

int pool_shrink(void)
{
	return zpool_shrink(pool, 1, NULL);
}
#else
static struct zpool *create(void)
{
	return zpool_create_pool("zsmalloc", "zswap1", gfp & ~(__GFP_HIGHMEM | __GFP_MOVABLE));
}

int pool_shrink(void)
{
	return -EINVAL;
}
#endif

void pool_create(int (*evict)(unsigned long handle))
{
#if POOL_EVICTS
	evict_handle = evict;
#endif
	pool = create();
	if (!pool)
		fail(FAIL_BALANCE, "no pool of zsmalloc can be made");
}

void pool_destroy(void)
{
	struct zpool *old = pool;

	pool = NULL;
	zpool_destroy_pool(old);
}

int pool_allocate(unsigned long size, unsigned long *handle)
{
	return zpool_malloc(pool, size, gfp, handle);
}

void pool_free(unsigned long handle)
{
	zpool_free(pool, handle);
}

void pool_read(unsigned long handle, unsigned long size,
	       void (*with)(const unsigned char *bytes, void *argument), void *argument)
{
	void *bytes = zpool_map_handle(pool, handle, ZPOOL_MM_RO);

	access_plain((unsigned long)bytes, size, ACCESS_READ, CALLER);
	with(bytes, argument);
	zpool_unmap_handle(pool, handle);
}

void pool_write(unsigned long handle, unsigned long size,
		void (*with)(unsigned char *bytes, void *argument), void *argument)
{
	void *bytes = zpool_map_handle(pool, handle, ZPOOL_MM_WO);

	access_plain((unsigned long)bytes, size, ACCESS_WRITE, CALLER);
	with(bytes, argument);
	zpool_unmap_handle(pool, handle);
}

unsigned long pool_pages(void)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
	return zpool_get_total_size(pool) >> PAGE_SHIFT;
#else
	return zpool_get_total_pages(pool);
#endif
}

int pool_exists(void)
{
	return !!pool;
}

#else /* zsmalloc alone */

static struct zs_pool *pool;

void pool_create(int (*evict)(unsigned long handle))
{
	pool = zs_create_pool("zswap1");
	if (!pool)
		fail(FAIL_BALANCE, "no pool of zsmalloc can be made");
}

void pool_destroy(void)
{
	struct zs_pool *old = pool;

	pool = NULL;
	zs_destroy_pool(old);
}

/* Objects are mapped, by one CPU for itself. */
#define POOL_MAPS (LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0))

int pool_allocate(unsigned long size, unsigned long *handle)
{
#if POOL_MAPS
	*handle = zs_malloc(pool, size, gfp);
#else
	*handle = zs_malloc(pool, size, gfp, NUMA_NO_NODE);
#endif
	return IS_ERR_VALUE(*handle) ? (int)*handle : 0;
}

void pool_free(unsigned long handle)
{
	zs_free(pool, handle);
}

#if POOL_MAPS
void pool_read(unsigned long handle, unsigned long size,
	       void (*with)(const unsigned char *bytes, void *argument), void *argument)
{
	void *bytes = zs_map_object(pool, handle, ZS_MM_RO);

	access_plain((unsigned long)bytes, size, ACCESS_READ, CALLER);
	with(bytes, argument);
	zs_unmap_object(pool, handle);
}

void pool_write(unsigned long handle, unsigned long size,
		void (*with)(unsigned char *bytes, void *argument), void *argument)
{
	void *bytes = zs_map_object(pool, handle, ZS_MM_WO);

	access_plain((unsigned long)bytes, size, ACCESS_WRITE, CALLER);
	with(bytes, argument);
	zs_unmap_object(pool, handle);
}
#else
static unsigned char copies[FIBERS][PAGE_SIZE];

void pool_read(unsigned long handle, unsigned long size,
	       void (*with)(const unsigned char *bytes, void *argument), void *argument)
{
	void *bytes = zs_obj_read_begin(pool, handle, size, copies[current_fiber]);

	access_plain((unsigned long)bytes, size, ACCESS_READ, CALLER);
	with(bytes, argument);
	zs_obj_read_end(pool, handle, size, bytes);
}

void pool_write(unsigned long handle, unsigned long size,
		void (*with)(unsigned char *bytes, void *argument), void *argument)
{
	with(copies[current_fiber], argument);
	zs_obj_write(pool, handle, copies[current_fiber], size);
}
#endif

int pool_shrink(void)
{
	return -EINVAL;
}

unsigned long pool_pages(void)
{
	return zs_get_total_pages(pool);
}

int pool_exists(void)
{
	return !!pool;
}

#endif
