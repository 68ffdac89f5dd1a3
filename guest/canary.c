// SPDX-License-Identifier: GPL-2.0
#include "canary.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "race.h"
#include "records.h"

static bool planted;

static bool needs_load(const char *kind)
{
	return !strcmp(kind, "leaked-handle") || !strcmp(kind, "lost-page");
}

static void plant(const char *kind)
{
	char parameters[64];
	int ret;

	planted = true;
	rec_notice("canary %s is planted", kind);
	snprintf(parameters, sizeof(parameters), "kind=%s", kind);
	ret = module_load("zsh_canary", parameters);
	if (ret)
		rec_notice("canary %s failed to load: %s", kind,
			   strerror(-ret));
}

void canary_before_lanes(const struct config *config)
{
	if (config->canary[0] && !needs_load(config->canary))
		plant(config->canary);
}

void canary_under_load(const struct config *config)
{
	if (config->canary[0] && !planted)
		plant(config->canary);
}
