// SPDX-License-Identifier: GPL-2.0
#include "watchdogs.h"

#include "files.h"
#include "records.h"

#define KERNEL "/proc/sys/kernel/"

struct watchdogs watchdogs_read(void)
{
	int64_t thresh = read_number(KERNEL "watchdog_thresh");
	struct watchdogs dogs = {
		.softlockup_s = NONE,
		.hung_task_s = read_number(KERNEL "hung_task_timeout_secs"),
		.rcu_stall_s = read_number("/sys/module/rcupdate/parameters/"
					   "rcu_cpu_stall_timeout"),
	};

	/* The soft lockup detector waits twice the threshold. */
	if (thresh != NONE && read_number(KERNEL "soft_watchdog") != NONE)
		dogs.softlockup_s = 2 * thresh;
	return dogs;
}
