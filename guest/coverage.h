/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COVERAGE_H
#define COVERAGE_H

/*
 * On a kernel with GCOV_KERNEL: forget what ran so far, and send the counters
 * of what ran since, for every object that was built with them.
 */
void coverage_reset(void);
void coverage_send(const char *lane);

#endif
