/* SPDX-License-Identifier: GPL-2.0 */
/* How the explorer ends when it is to blame (3), or the user is (2). */
#ifndef EXPLORE_DEFECT_H
#define EXPLORE_DEFECT_H

void defect(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void usage(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
