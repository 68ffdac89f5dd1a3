/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SWAPDEV_H
#define SWAPDEV_H

#include <stdbool.h>

/* Format and switch on the first virtio-blk disk. */
bool swapdev_virtio(void);

/* Format a block device (name without /dev/) and swap on it; 0 or -errno. */
int swapdev_on(const char *name, int priority);

bool swapdev_active(void);
void swapdev_record(void);

#endif
