/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DRAIN_H
#define DRAIN_H

/* With no worker left: empty zswap without swapoff, for a bounded time. */
void drain(void);

#endif
