/* SPDX-License-Identifier: GPL-2.0 */
#ifndef EXPLORE_CANARIES_H
#define EXPLORE_CANARIES_H

#include "canary.h"

extern const struct canary lost_unlock, lock_order, locked_counter, lost_update, sleep_in_atomic;
extern const struct canary unseen_read;
extern const struct canary unpaired_reference, paired_reference, double_free, aba, allocation_order;
extern const struct canary rcu_reader, rcu_late, preempt_reader;
extern const struct canary first_round, overwritten_store;
extern const struct canary store_buffer, store_buffer_fenced, message;
extern const struct canary message_by_bit, message_by_atomic, store_buffer_by_atomic;
extern const struct canary endless_alone, endless_uninstrumented, endless_spin, long_loop;

#endif
