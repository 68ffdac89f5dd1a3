/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SWAPDEV_H
#define SWAPDEV_H

#include <stdbool.h>

/* Format and switch on the first virtio-blk disk. */
bool swapdev_virtio(void);

/* Format a block device (name without /dev/) and swap on it; 0 or -errno. */
int swapdev_on(const char *name, int priority);

/*
 * Swap off the virtio-blk disk and on again; 0 or -errno.  There may be too
 * little memory to swap off: that is no error.
 */
int swapdev_again(void);

bool swapdev_active(void);
void swapdev_record(void);

#endif
