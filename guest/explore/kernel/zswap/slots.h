/* SPDX-License-Identifier: GPL-2.0 */
#ifndef EXPLORE_ZSWAP_SWAP_H
#define EXPLORE_ZSWAP_SWAP_H

void swap_start(void);
void swap_out(int object, int size);
void swap_in(int object);
void swap_free_slot(int object);
int swap_slots_in_zswap(void);
void zswap_configure(const char *parameter, const char *value);

#endif
