/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ZRAM_H
#define ZRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool zram_present(void);
int64_t zram_pool_pages(void);
int64_t zram_stored_pages(void);
/* Make the first disk; give up all that it holds.  0 or -errno. */
int zram_make(int64_t bytes);
int zram_reset(void);
/* A file of a disk in sysfs. */
int zram_put(int disk, const char *name, const char *text);
int zram_put_number(int disk, const char *name, int64_t value);
void zram_get(int disk, const char *name, char *text, size_t size);
/* Swap on so many of its pages; SWAPDEV_WHOLE for all. */
int zram_start(int64_t bytes, unsigned int pages);
int zram_stop(void);

#endif
