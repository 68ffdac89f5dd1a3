/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DRAIN_H
#define DRAIN_H

/* Empty zswap without swapoff, in bounded time.  No worker may be left. */
void drain(void);

#endif
