/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FAILNTH_H
#define FAILNTH_H

#include <stdbool.h>

/*
 * Sweeps of failing allocations: at each step, the next allocation of one
 * more makes each task fail that is meant.  It needs CONFIG_FAILSLAB.
 */

/* False for a line of /hold that is no sweep. */
bool failnth_read_line(const char *line);

/* Around a lane.  Call the tick often; it does nothing between two steps. */
void failnth_clear(void);
void failnth_begin(const char *lane);
void failnth_tick(void);
void failnth_end(void);

/* What the sweeps did since they were cleared. */
void failnth_record(void);

#endif
