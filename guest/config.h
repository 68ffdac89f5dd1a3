/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#define LANES_MAX 16

struct lane_plan {
	char name[32];
	unsigned int seconds;
};

/* Who chooses what zswap writes back. */
enum reclaim {
	RECLAIM_ZSMALLOC,	/* zsmalloc's LRU: whole zspages */
	RECLAIM_MEMCG,		/* an LRU of each memory cgroup: entries */
};

/*
 * The zsharness_ parameters of the kernel command line.  The kernel does not
 * know them and passes them to pid 1 as environment variables.  It takes 31
 * such parameters and panics at one more (CONFIG_INIT_ENV_ARG_LIMIT).
 */
struct config {
	struct lane_plan lanes[LANES_MAX];
	unsigned int lane_count;
	uint64_t seed;
	enum reclaim reclaim;
	unsigned int settle_ms;
	char canary[32];
	bool shell;
};

void config_read(struct config *config);

#endif
