/* SPDX-License-Identifier: GPL-2.0 */
#ifndef EXPLORE_LEFT_H
#define EXPLORE_LEFT_H

/* At the end of a thread: no lock, no preemption count, no read-side section. */
void check_nothing_left(void);

#endif
