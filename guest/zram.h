/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ZRAM_H
#define ZRAM_H

#include <stdbool.h>
#include <stdint.h>

bool zram_present(void);
int64_t zram_pool_pages(void);
int64_t zram_stored_pages(void);
int zram_start(int64_t bytes);
int zram_stop(void);

#endif
