// SPDX-License-Identifier: GPL-2.0
#include "canaries.h"

const struct canary *const canaries[] = {
	&lost_unlock, &lock_order, &locked_counter, &lost_update, &sleep_in_atomic, &unseen_read,
	&unpaired_reference, &paired_reference, &double_free, &aba,
	&allocation_order, &store_buffer, &store_buffer_fenced, &message, &message_by_bit,
	&message_by_atomic, &store_buffer_by_atomic, &endless_alone, &endless_uninstrumented,
	&endless_spin, &long_loop, &rcu_reader, &rcu_late, &preempt_reader, &first_round,
	&overwritten_store, 0,
};
