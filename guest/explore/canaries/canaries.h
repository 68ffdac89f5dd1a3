/* SPDX-License-Identifier: GPL-2.0 */
#ifndef EXPLORE_CANARIES_H
#define EXPLORE_CANARIES_H

#include "canary.h"

extern const struct canary lost_unlock, lock_order, locked_counter, lost_update, sleep_in_atomic;
extern const struct canary unseen_read;
extern const struct canary unpaired_reference, paired_reference, double_free, aba;
extern const struct canary store_buffer, store_buffer_fenced, message;

#endif
