/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SWAPDEV_H
#define SWAPDEV_H

#include <stdbool.h>

/* Format and switch on the first virtio-blk disk. */
bool swapdev_virtio(void);

#define SWAPDEV_WHOLE 0
/*
 * Format a block device (name without /dev/), swap on so many of its pages; 0
 * or -errno.
 */
int swapdev_on(const char *name, int priority, unsigned int pages);

/*
 * Swap off the virtio-blk disk and on again; 0 or -errno.  There may be too
 * little memory to swap off: that is no error.
 */
int swapdev_again(void);

/*
 * Swap on so many pages of the virtio-blk disk instead; 0 or -errno.  Nobody
 * may need the swap meanwhile.
 */
int swapdev_resize(unsigned int pages);

bool swapdev_active(void);
void swapdev_record(void);

#endif
