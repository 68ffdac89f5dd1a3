/* SPDX-License-Identifier: GPL-2.0 */
#ifndef WATCHDOGS_H
#define WATCHDOGS_H

#include <stdint.h>

/* After how many seconds each watchdog reports; NONE where it is absent. */
struct watchdogs {
	int64_t softlockup_s, hung_task_s, rcu_stall_s;
};

struct watchdogs watchdogs_read(void);

#endif
