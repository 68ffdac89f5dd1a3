/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CHURN_H
#define CHURN_H

#include "crew.h"
#include "squeeze.h"

/*
 * Steady stores and loads: a worker goes through its regions, verifies one,
 * writes the next generation into it and pushes that into zswap.  "nudge" is
 * what makes zswap write back; it is called after each region.
 */
void churn(struct worker *worker, void (*nudge)(struct squeeze *squeeze));

#endif
