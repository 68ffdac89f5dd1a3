/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdint.h>

#define LANES_MAX 16

struct lane_plan {
	char name[32];
	unsigned int seconds;
};

/* The kernel command line's zsh_ words, which reach pid 1 as environment. */
struct config {
	struct lane_plan lanes[LANES_MAX];
	unsigned int lane_count;
	uint64_t seed;
	unsigned int window_us;
	unsigned int settle_ms;
	char canary[32];
};

void config_read(struct config *config);

#endif
