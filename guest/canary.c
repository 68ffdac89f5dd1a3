// SPDX-License-Identifier: GPL-2.0
#include "canary.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "files.h"
#include "hostile.h"
#include "hold.h"
#include "records.h"
#include "watchdogs.h"

#define MARGIN_S 15

static bool planted;

/* Long enough for the watchdog of that kind to report once. */
static int64_t seconds_of(const char *kind)
{
	struct watchdogs dogs = watchdogs_read();
	int64_t limit = NONE;

	if (!strcmp(kind, "rcu-stall"))
		limit = dogs.rcu_stall_s;
	else if (!strcmp(kind, "soft-lockup"))
		limit = dogs.softlockup_s;
	else if (!strcmp(kind, "hung-task") && dogs.hung_task_s != NONE)
		/* khungtaskd may check only once per time-out */
		limit = 2 * dogs.hung_task_s;
	return (limit == NONE ? 60 : limit) + MARGIN_S;
}

static void plant(const char *kind)
{
	char parameters[96];
	int ret;

	planted = true;
	if (!strcmp(kind, HOSTILE_CONSOLE)) {
		hostile_console();
		return;
	}
	/* RCU's limit is lower: its stall would be reported instead. */
	if (!strcmp(kind, "soft-lockup"))
		write_text("/sys/module/rcupdate/parameters/"
			   "rcu_cpu_stall_suppress", "1");
	rec_notice("canary %s is planted", kind);
	snprintf(parameters, sizeof(parameters), "kind=%s seconds=%lld", kind,
		 (long long)seconds_of(kind));
	ret = module_load("zsharness_canary", parameters);
	if (ret)
		rec_notice("canary %s failed to load: %s", kind,
			   strerror(-ret));
}

static void plant_at(const struct config *config, const char *moment)
{
	const char *kind = config->canary, *due = "before";

	if (planted || !kind[0])
		return;
	if (!strcmp(kind, "lost-page"))
		due = "load";
	if (!strcmp(kind, "leaked-handle"))
		due = "stop";
	if (!strcmp(due, moment))
		plant(kind);
}

void canary_before_lanes(const struct config *config)
{
	plant_at(config, "before");
}

void canary_under_load(const struct config *config)
{
	plant_at(config, "load");
}

void canary_before_stop(const struct config *config)
{
	plant_at(config, "stop");
}
