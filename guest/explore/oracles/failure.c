// SPDX-License-Identifier: GPL-2.0
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "defect.h"
#include "fiber.h"
#include "trace.h"

extern char __start_kernel_text[], __stop_kernel_text[];
/* There is no model where the real callers are linked. */
extern char __start_model_text[] __attribute__((weak)), __stop_model_text[] __attribute__((weak));

struct failure failure;

static const char *const names[] = {
	[FAIL_USE_AFTER_FREE] = "use-after-free",
	[FAIL_RED_ZONE] = "out-of-bounds",
	[FAIL_DOUBLE_FREE] = "double-free",
	[FAIL_INVALID_FREE] = "invalid-free",
	[FAIL_WILD_POINTER] = "wild-pointer",
	[FAIL_BUG] = "bug",
	[FAIL_WARN] = "warning",
	[FAIL_LIST] = "list-corruption",
	[FAIL_SLEEP_IN_ATOMIC] = "sleep-in-atomic",
	[FAIL_LOCK] = "lock",
	[FAIL_LEFT_OVER] = "left-over",
	[FAIL_DEADLOCK] = "deadlock",
	[FAIL_NO_END] = "no-end",
	[FAIL_FAULT] = "fault",
	[FAIL_DATA] = "data",
	[FAIL_BALANCE] = "balance",
	[FAIL_PAGE_STATE] = "page-state",
	[FAIL_LEAK] = "leak",
};

const char *failure_kind_name(enum failure_kind kind)
{
	return names[kind];
}

void failure_forget(void)
{
	memset(&failure, 0, sizeof(failure));
}

void failure_at(unsigned long address, unsigned long size)
{
	failure.address = address;
	failure.size = size;
}

int pc_is_kernel(unsigned long pc)
{
	return pc >= (unsigned long)__start_kernel_text && pc < (unsigned long)__stop_kernel_text;
}

int pc_is_model(unsigned long pc)
{
	return pc >= (unsigned long)__start_model_text && pc < (unsigned long)__stop_model_text;
}

int stack_walk(const unsigned long *frame, unsigned long pc, unsigned long *pcs, int max)
{
	int depth = 0;

	for (;;) {
		if (depth < max && (pc_is_kernel(pc) || pc_is_model(pc)))
			pcs[depth++] = pc;
		if (!fiber_on_stack((unsigned long)frame) || !fiber_on_stack((unsigned long)(frame + 1)))
			return depth;
		pc = frame[1];
		/* Stacks grow down: what does not go up is no chain. */
		if (frame[0] <= (unsigned long)frame)
			return depth;
		frame = (const unsigned long *)frame[0];
	}
}

static void record(enum failure_kind kind, int rests_on_model, const unsigned long *frame)
{
	int i;

	failure.kind = kind;
	failure.fiber = current_fiber;
	if (!failure.stack_depth)
		failure.stack_depth = stack_walk(frame, 0, failure.stack, STACK_DEPTH);
	for (i = 0; i < failure.stack_depth; i++)
		rests_on_model |= pc_is_model(failure.stack[i]);
	failure.rests_on_model = rests_on_model;
}

static void end(void)
{
	if (!fiber_running())
		defect("a failure outside of a thread: %s", failure.text);
	trace_failure();
	fiber_end_execution(OUTCOME_FAILED);
}

void fail(enum failure_kind kind, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(failure.text, sizeof(failure.text), format, arguments);
	va_end(arguments);
	record(kind, 0, __builtin_frame_address(0));
	end();
	__builtin_unreachable();
}

void fail_model(enum failure_kind kind, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(failure.text, sizeof(failure.text), format, arguments);
	va_end(arguments);
	record(kind, 1, __builtin_frame_address(0));
	end();
	__builtin_unreachable();
}

void explorer_lacks(const char *what)
{
	defect("it has no %s", what);
}

int format_text(char *buffer, unsigned long size, const char *format, va_list arguments)
{
	return vsnprintf(buffer, size, format, arguments);
}
