/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module zsharness_hold, its points, and what is armed in which lane.
 * The host writes them into the file /hold of the initramfs; without a point
 * in it, the module is not loaded.
 */
#ifndef HOLD_H
#define HOLD_H

#include <stdbool.h>
#include <stdint.h>

#define HOLD_POINTS_MAX 128
#define NO_POINT (-1)

enum {
	HOLD_REACHED,
	HOLD_HELD,
	HOLD_MET,
	HOLD_TIMED_OUT,
	HOLD_OVERRIDDEN,
	HOLD_NONZERO,
	HOLD_MISSED,
	HOLD_COUNTERS,
};

struct hold_counters {
	int64_t value[HOLD_POINTS_MAX][HOLD_COUNTERS];
	int64_t orders;		/* of two points, that were seen */
};

/* Load a module of the initramfs; 0 or -errno. */
int module_load(const char *name, const char *parameters);

void hold_setup(void);
bool hold_loaded(void);

/* Trials of the automatic search, in ms; 0: none. */
unsigned int hold_trial_ms(void);
int hold_points(void);

/* Whether a list of lanes, as "*" or "race,pump", has this one. */
bool hold_is_for(const char *lanes, const char *lane);

/* What is armed in a lane: nothing in a search, which arms by itself. */
bool hold_opens(const char *lane);
unsigned int hold_longest_us(const char *lane);
void hold_arm_lane(const char *lane);

void hold_disarm(void);
void hold_arm(int point, int until, unsigned int us);
void hold_watch(int point);

int64_t hold_windows(void);
void hold_read(struct hold_counters *counters);
void hold_record(const struct hold_counters *counters);
void hold_record_delta(const struct hold_counters *from,
		       const struct hold_counters *to);

#endif
