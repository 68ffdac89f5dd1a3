// SPDX-License-Identifier: GPL-2.0
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_LANES "pump:20"
#define DEFAULT_SECONDS 20
#define DEFAULT_SETTLE_MS 1500

static uint64_t number(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);
	char *end;
	uint64_t value;

	if (!text || !*text)
		return fallback;
	value = strtoull(text, &end, 10);
	return *end ? fallback : value;
}

static void add_lane(struct config *config, const char *word)
{
	struct lane_plan *plan = &config->lanes[config->lane_count];
	const char *colon = strchr(word, ':');
	size_t len = colon ? (size_t)(colon - word) : strlen(word);

	snprintf(plan->name, sizeof(plan->name), "%.*s", (int)len, word);
	plan->seconds = colon ? strtoul(colon + 1, NULL, 10) : 0;
	if (!plan->seconds)
		plan->seconds = DEFAULT_SECONDS;
	config->lane_count++;
}

static void read_lanes(struct config *config)
{
	const char *text = getenv("zsharness_lanes");
	char copy[512], *save = NULL, *word;

	if (!text || !*text)
		text = DEFAULT_LANES;
	snprintf(copy, sizeof(copy), "%s", text);
	for (word = strtok_r(copy, ",", &save); word;
	     word = strtok_r(NULL, ",", &save))
		if (config->lane_count < LANES_MAX)
			add_lane(config, word);
}

static enum reclaim read_reclaim(void)
{
	const char *text = getenv("zsharness_reclaim");

	return text && !strcmp(text, "memcg") ? RECLAIM_MEMCG :
						RECLAIM_ZSMALLOC;
}

void config_read(struct config *config)
{
	const char *canary = getenv("zsharness_canary");

	memset(config, 0, sizeof(*config));
	read_lanes(config);
	config->seed = number("zsharness_seed", 1);
	config->reclaim = read_reclaim();
	config->settle_ms = number("zsharness_settle_ms", DEFAULT_SETTLE_MS);
	config->shell = getenv("zsharness_shell") != NULL;
	if (canary)
		snprintf(config->canary, sizeof(config->canary), "%s", canary);
}
