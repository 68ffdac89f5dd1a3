// SPDX-License-Identifier: GPL-2.0
#include "canaries.h"

const struct canary *const canaries[] = {
	&lost_unlock, &lock_order, &locked_counter, &lost_update, &sleep_in_atomic, &unseen_read,
	&unpaired_reference, &paired_reference, &double_free, &aba,
	&store_buffer, &store_buffer_fenced, &message, 0,
};
