/* SPDX-License-Identifier: GPL-2.0 */
/* What each thread did, step by step. Kept only while a failing schedule is replayed. */
#ifndef EXPLORE_TRACE_H
#define EXPLORE_TRACE_H

#include "scenario.h"

#define STEP_STACK 16
#define STEP_TEXT 112

struct step {
	int thread;
	const char *op;
	unsigned long address, size;
	int depth;
	unsigned long stack[STEP_STACK];	/* the first is where it happens */
	char object[48];
	unsigned long offset;		/* from its start */
	char text[STEP_TEXT];
};

void trace_start(void);
void trace_stop(void);
int trace_is_on(void);
int trace_count(void);
const struct step *trace_step(int index);

void trace_operation(const struct operation *operation);
void trace_access(const char *op, unsigned long address, unsigned long size, unsigned long pc);
void trace_wait(unsigned long address);
void trace_switch(int to);
void trace_end(void);
void trace_failure(void);

#endif
