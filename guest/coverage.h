/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COVERAGE_H
#define COVERAGE_H

/*
 * For a kernel with GCOV_KERNEL: reset the counters, and send those of every
 * object that was built with them.
 */
void coverage_reset(void);
void coverage_send(const char *lane);

#endif
