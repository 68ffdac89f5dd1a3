/* SPDX-License-Identifier: GPL-2.0 */
/* Which places of the kernel's code ran: return addresses of its instrumentation. */
#ifndef EXPLORE_EXECUTED_H
#define EXPLORE_EXECUTED_H

struct executed_pair {
	unsigned long from, to;
};

void executed_map(void);
/* Calls of instrumentation so far, whatever made them. */
unsigned long executed_calls(void);
/* The next block of this fiber follows none. */
void executed_begin(int fiber);
unsigned long executed_first(void);
unsigned long executed_after(unsigned long pc);
/* Slots that are empty, or a fiber's first block, have a 0. */
const struct executed_pair *executed_pairs(int *count);

#endif
