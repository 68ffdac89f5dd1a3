/* SPDX-License-Identifier: GPL-2.0 */
/* The failure of an execution. */
#ifndef EXPLORE_FAILURE_H
#define EXPLORE_FAILURE_H

#include "explore.h"

#define STACK_DEPTH 16

struct failure {
	enum failure_kind kind;
	char text[256];
	unsigned long address, size;
	int stack_depth;
	unsigned long stack[STACK_DEPTH];
	int rests_on_model;
	int fiber;
};

extern struct failure failure;

const char *failure_kind_name(enum failure_kind kind);
/* The access that the next fail() is about. */
void failure_at(unsigned long address, unsigned long size);
void failure_forget(void);

/* The return addresses in code of the kernel and of models, innermost first. */
int stack_walk(const unsigned long *frame, unsigned long pc, unsigned long *pcs, int max);
int pc_is_kernel(unsigned long pc);
int pc_is_model(unsigned long pc);

/* Faults and BUG()s of the kernel's code become failures. */
void crash_catch(void);
/* Loops without any call of instrumentation do too. */
void hang_watch(void);

/* In a handler of a signal; context is its third argument. */
int crash_is_theirs(void *context);		/* it came in code of the kernel or of a model */
void crash_go_on_in(void (*function)(void), void *context);
void crash_is_ours(const char *what, void *context) __attribute__((noreturn));

#endif
