/* SPDX-License-Identifier: GPL-2.0 */
/* Which places of the kernel's code ran: return addresses of its instrumentation. */
#ifndef EXPLORE_EXECUTED_H
#define EXPLORE_EXECUTED_H

void executed_map(void);
unsigned long executed_first(void);
unsigned long executed_after(unsigned long pc);

#endif
