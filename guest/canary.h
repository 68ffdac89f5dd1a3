/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CANARY_H
#define CANARY_H

#include "config.h"

/*
 * Load zsharness_canary, once, at the moment that suits the kind: most before the
 * first lane, lost pages while a lane runs, and a leaked handle when a lane
 * is about to end, so that nothing evicts what was leaked.
 */
void canary_before_lanes(const struct config *config);
void canary_under_load(const struct config *config);
void canary_before_stop(const struct config *config);

#endif
