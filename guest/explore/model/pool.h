/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pool as zswap uses it: through the kernel's own zpool.o where there is
 * one, by zsmalloc's own functions as zram does without it, and since it is gone.
 */
#ifndef EXPLORE_POOL_H
#define EXPLORE_POOL_H

#include "services.h"

#if __has_include(<linux/zpool.h>) && defined(CONFIG_ZPOOL)
#define POOL_IS_ZPOOL 1
#include <linux/zpool.h>
#else
#define POOL_IS_ZPOOL 0
#endif

/* The driver writes back by itself, and asks zswap for each handle (6.1 with the base, to 6.4). */
#define POOL_EVICTS (POOL_IS_ZPOOL && LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0))

void pool_create(int (*evict)(unsigned long handle));
void pool_destroy(void);
int pool_allocate(unsigned long size, unsigned long *handle);
void pool_free(unsigned long handle);
/* Calls with(buffer, argument) while the object is mapped, as zswap maps it. */
void pool_read(unsigned long handle, unsigned long size,
	       void (*with)(const unsigned char *bytes, void *argument), void *argument);
void pool_write(unsigned long handle, unsigned long size,
		void (*with)(unsigned char *bytes, void *argument), void *argument);
int pool_shrink(void);
unsigned long pool_pages(void);
int pool_exists(void);

#endif
