/* SPDX-License-Identifier: GPL-2.0 */
#ifndef EXPLORE_GENERATE_H
#define EXPLORE_GENERATE_H

#include "scenario.h"

/*
 * All scenarios up to a size, small ones first: 1 is two threads of one
 * operation, 2 and 3 allow as many in the second thread, 4 adds a third thread.
 * Those that do nothing of touch (bits of operation kinds, 0 for all) are left
 * out. Returns how many there are; stores them unless the array is NULL.
 */
int generate(int size, unsigned int touch, struct scenario *scenarios);

#endif
