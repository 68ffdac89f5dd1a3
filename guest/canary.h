/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CANARY_H
#define CANARY_H

#include "config.h"

/*
 * Load zsharness_canary once, at the moment that its kind needs.  Most kinds
 * are planted before the first lane.  A lost page needs a lane that runs.  A
 * leaked handle comes at the end of a lane, so that it is not evicted.
 */
void canary_before_lanes(const struct config *config);
void canary_under_load(const struct config *config);
void canary_before_stop(const struct config *config);

#endif
