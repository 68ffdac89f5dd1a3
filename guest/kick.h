/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KICK_H
#define KICK_H

#include "crew.h"

/*
 * A worker asks another worker, a kicker, to start the shrink worker.  A
 * kicker is pinned to one CPU, and the shrink worker runs on the CPU that
 * queued it.
 */
void kick_ask(struct worker *worker, int cpu);
void kick_serve(struct worker *worker, int cpu);

#endif
