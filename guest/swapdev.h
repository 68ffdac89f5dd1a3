/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SWAPDEV_H
#define SWAPDEV_H

#include <stdbool.h>

/* Format and switch on the first virtio-blk disk. */
bool swapdev_virtio(void);

/* Format a block device (name without /dev/), swap on all of it; 0 or -errno. */
int swapdev_on(const char *name, int priority);

/*
 * Swap off the virtio-blk disk and on again; 0 or -errno.  There may be too
 * little memory to swap off: that is no error.
 */
int swapdev_again(void);

/*
 * Swap on so many pages of the virtio-blk disk instead; 0 or -errno.  Nobody
 * may need the swap meanwhile.
 */
#define SWAPDEV_WHOLE 0
int swapdev_resize(unsigned int pages);

bool swapdev_active(void);
void swapdev_record(void);

#endif
