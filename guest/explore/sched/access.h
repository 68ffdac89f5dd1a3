/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the order of accesses means: a history for each thread and word (the
 * happens-before relation, hashed), and vector clocks, which see data races.
 */
#ifndef EXPLORE_ACCESS_H
#define EXPLORE_ACCESS_H

#include "memory.h"

void history_reads(struct cell *cell);
void history_writes(struct cell *cell, unsigned long pc);
void history_adds(unsigned long word);
void clock_acquire(struct cell *cell, int as_reader);
void clock_release(struct cell *cell, int as_reader);
struct hash access_store_visible(int fiber, unsigned long address, struct hash seen);

#endif
