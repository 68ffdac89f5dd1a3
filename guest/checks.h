/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CHECKS_H
#define CHECKS_H

#include <stdint.h>

/*
 * Record what a state of the kernel must be and what it is.  NONE is a number
 * that could not be read: the host takes that for no data.
 */
void check_state(const char *lane, const char *check, int64_t expected,
		 int64_t seen);

/* What must hold after the drain of any lane. */
void checks_drained(const char *lane);

#endif
