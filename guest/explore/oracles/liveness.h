/* SPDX-License-Identifier: GPL-2.0 */
#ifndef EXPLORE_LIVENESS_H
#define EXPLORE_LIVENESS_H

/* Ends the execution unless each of the bytes may be touched. */
void check_live(unsigned long address, unsigned long size, int write);

#endif
