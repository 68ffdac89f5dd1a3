// SPDX-License-Identifier: GPL-2.0
/* Bad accesses that KASAN sees, and damage that SLUB's own checks see. */
#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "faults.h"

#define SIZE 64

static int canary_uaf_read(void *mm)
{
	char *object = HIDDEN(char *, kmalloc(SIZE, GFP_KERNEL));

	kfree(object);
	OPTIMIZER_HIDE_VAR(object);
	return READ_ONCE(object[16]);
}

static int canary_slab_oob(void *mm)
{
	char *object = HIDDEN(char *, kmalloc(SIZE - 8, GFP_KERNEL));

	WRITE_ONCE(object[SIZE - 8], 1);
	kfree(object);
	return 0;
}

/* The bad access is in a helper of lib/, its caller is to blame. */
static int canary_helper_oob(void *mm)
{
	char *object = HIDDEN(char *, kmalloc(SIZE, GFP_KERNEL));
	char line[64];

	hex_dump_to_buffer(object + SIZE - 8, 16, 16, 1, line, sizeof(line),
			   false);
	kfree(object);
	return 0;
}

static int canary_double_free(void *mm)
{
	char *object = HIDDEN(char *, kmalloc(SIZE, GFP_KERNEL));

	kfree(object);
	OPTIMIZER_HIDE_VAR(object);
	kfree(object);
	return 0;
}

static int canary_invalid_free(void *mm)
{
	char *object = HIDDEN(char *, kmalloc(SIZE, GFP_KERNEL));

	kfree(HIDDEN(char *, object + 8));
	return 0;
}

static char global_array[10];

static int canary_global_oob(void *mm)
{
	return READ_ONCE(HIDDEN(char *, global_array)[12]);
}

static int canary_stack_oob(void *mm)
{
	char local[16] = { };

	return READ_ONCE(HIDDEN(char *, local)[HIDDEN(int, 18)]);
}

static int canary_vmalloc_oob(void *mm)
{
	char *area = HIDDEN(char *, vmalloc(100));
	int ret = READ_ONCE(area[110]);

	vfree(area);
	return ret;
}

static int canary_wild_access(void *mm)
{
	return READ_ONCE(*HIDDEN(int *, (int *)0x5a5a5a5a5a5a5a5aUL));
}

static int canary_kasan_null(void *mm)
{
	return READ_ONCE(HIDDEN(int *, NULL)[4]);
}

static int canary_user_memory(void *mm)
{
	return READ_ONCE(*HIDDEN(int *, (int *)0x123456000UL));
}

/* Someone else holds a reference to a page that is freed. */
static int canary_bad_page(void *mm)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	page->mapping = HIDDEN(void *, (void *)0x1000);
	__free_page(page);
	return 0;
}

#define CHECKED (SLAB_RED_ZONE | SLAB_POISON | SLAB_CONSISTENCY_CHECKS)

/* The cache stays: the damaged slab cannot be given back. */
static struct kmem_cache *checked_cache(const char *name, slab_flags_t flags)
{
	return kmem_cache_create(name, SIZE, 0, flags, NULL);
}

/* Not seen by KASAN, whose redzone begins there too. */
static __no_kasan_or_inline void smear(char *object, int offset)
{
	object[offset] = 0x77;
}

static int canary_redzone(void *mm)
{
	struct kmem_cache *cache = checked_cache("canary_redzone", CHECKED);
	char *object = cache ? kmem_cache_alloc(cache, GFP_KERNEL) : NULL;

	if (!object)
		return -ENOMEM;
	smear(object, SIZE);
	kmem_cache_free(cache, object);
	/* KASAN's quarantine delays the free. */
	kmem_cache_shrink(cache);
	return 0;
}

static int canary_remaining(void *mm)
{
	struct kmem_cache *cache = checked_cache("canary_remaining", 0);
	char *object = cache ? kmem_cache_alloc(cache, GFP_KERNEL) : NULL;

	if (!object)
		return -ENOMEM;
	kmem_cache_destroy(cache);
	return 0;
}

const struct fault memory_faults[] = {
	{ "uaf-read", canary_uaf_read },
	{ "slab-oob", canary_slab_oob },
	{ "helper-oob", canary_helper_oob },
	{ "double-free", canary_double_free },
	{ "invalid-free", canary_invalid_free },
	{ "global-oob", canary_global_oob },
	{ "stack-oob", canary_stack_oob },
	{ "vmalloc-oob", canary_vmalloc_oob },
	{ "wild-access", canary_wild_access },
	{ "kasan-null", canary_kasan_null },
	{ "user-memory", canary_user_memory },
	{ "bad-page", canary_bad_page },
	{ "redzone", canary_redzone },
	{ "remaining", canary_remaining },
	{ }
};
