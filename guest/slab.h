/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SLAB_H
#define SLAB_H

#include <stdint.h>

/*
 * Active objects of a slab cache, over all pools that have one of their own;
 * NONE when unknown.
 */
int64_t slab_active(const char *cache);
void slab_shrink(const char *cache);

#endif
