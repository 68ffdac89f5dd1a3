/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LANE_H
#define LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "crew.h"
#include "hold.h"
#include "zsclasses.h"
#include "zswap.h"

enum lane_status {
	LANE_OK,
	LANE_SKIPPED,
	LANE_FAILED,
};

struct lane;

/* One run of one lane, from its laneStart to its laneEnd. */
struct lane_run {
	const struct config *config;
	const struct lane *lane;
	const char *name;
	unsigned int seconds;
	uint64_t seed;
	int64_t start_ms;
	struct shared *shared;
	struct zswap_counters zswap;	/* at the start */
	struct hold_counters hold;	/* at the start */
	unsigned int wrong_sent;
	enum lane_status status;
	const char *reason;
	bool has_classes;
	struct zs_classes classes;	/* of this kernel */
};

struct lane {
	const char *name;
	bool needs_zswap;
	bool is_foreign;		/* of the user: no limit, no balance */
	unsigned int memory_kib;	/* memory.max of the workload */
	bool asks_writeback;		/* and gets it, where the kernel can */
	bool mixes_pools;		/* of others than zsmalloc, too */
	const char *counters[LANE_COUNTERS]; /* names of shared->count */
	void (*run)(struct lane_run *run);
	void (*drained)(struct lane_run *run); /* checks after the drain */
};

/*
 * Define the lane of lanes/NAME.c.  The linker puts the pointers of all lanes
 * into one section, where lane.c finds them.
 */
#define DEFINE_LANE(id, ...)						\
	static const struct lane lane_##id = {				\
		.name = #id,						\
		__VA_ARGS__						\
	};								\
	static const struct lane * const lane_pointer_##id		\
		__attribute__((used, section("lanes"))) = &lane_##id

/* Returns the number of wrong pages in the lane. */
uint64_t lane_run(const struct config *config, const struct lane_plan *plan);

void lane_fail(struct lane_run *run, const char *reason);
void lane_skip(struct lane_run *run, const char *reason);
void lane_sample(struct lane_run *run);
void lane_send_wrong(struct lane_run *run);
void lane_note_classes(struct lane_run *run);
void lane_record_classes(struct lane_run *run);

#endif
