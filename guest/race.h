/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RACE_H
#define RACE_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"

enum {
	RACE_WINDOWS,
	RACE_HITS,
	RACE_TIMEOUTS,
	RACE_MISSED,
	RACE_EVICTIONS,
	RACE_EVICT_FAILED,
	RACE_COUNTERS,
};

struct race_counters {
	int64_t value[RACE_COUNTERS];
};

/* Load a module of the initramfs; 0 or -errno. */
int module_load(const char *name, const char *parameters);

/* The module zsharness_race: it widens the race and counts it. */
void race_load(const struct window *window);
bool race_loaded(void);
void race_window(unsigned int us);
int64_t race_windows(void);
bool race_read(struct race_counters *counters);
void race_record_delta(const struct race_counters *from,
		       const struct race_counters *to);
void race_record(const struct race_counters *counters);

#endif
