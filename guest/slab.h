/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SLAB_H
#define SLAB_H

#include <stdint.h>

/* Objects alive in a slab cache; NONE when that cannot be told. */
int64_t slab_active(const char *cache);
void slab_shrink(const char *cache);

#endif
