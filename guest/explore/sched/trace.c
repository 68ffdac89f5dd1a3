// SPDX-License-Identifier: GPL-2.0
#include "trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "defect.h"
#include "failure.h"
#include "memory.h"
#include "objects.h"
#include "text.h"

/* Of an execution without an end, the beginning tells enough. */
#define STEPS_KEPT 20000

static struct step *steps;
static int count, room, tracing, left_out;

void trace_start(void)
{
	tracing = 1;
	count = left_out = 0;
}

void trace_stop(void)
{
	tracing = 0;
}

int trace_is_on(void)
{
	return tracing;
}

int trace_count(void)
{
	return count;
}

const struct step *trace_step(int index)
{
	return &steps[index];
}

/* Whether this step is kept. */
static int keeps(void)
{
	if (!tracing)
		return 0;
	left_out += count >= STEPS_KEPT;
	return count < STEPS_KEPT;
}

static struct step *add(const char *op)
{
	if (count == room) {
		room = room ? room * 2 : 1024;
		steps = realloc(steps, room * sizeof(*steps));
		if (!steps)
			defect("no memory for a trace");
	}
	memset(&steps[count], 0, sizeof(*steps));
	steps[count].op = op;
	steps[count].thread = current_fiber;
	return &steps[count++];
}

static void about(struct step *step, unsigned long address, unsigned long size)
{
	struct object_facts facts;

	step->address = address;
	step->size = size;
	if (!object_facts(address, &facts))
		return;
	memcpy(step->object, facts.name, sizeof(step->object));
	step->offset = address - facts.start;
}

void trace_operation(const struct operation *operation)
{
	if (keeps())
		operation_text(add("call")->text, STEP_TEXT, operation);
}

void trace_access(const char *op, unsigned long address, unsigned long size, unsigned long pc)
{
	struct step *step;

	if (!keeps())
		return;
	step = add(op);
	about(step, address, size);
	step->depth = stack_walk(__builtin_frame_address(0), 0, step->stack, STEP_STACK);
	if (!step->depth) {
		step->stack[0] = pc;
		step->depth = 1;
	}
}

void trace_wait(unsigned long address)
{
	trace_access("wait", address, 8, 0);
}

void trace_switch(int to)
{
	if (keeps())
		snprintf(add("switch")->text, STEP_TEXT, "to thread %d", to);
}

void trace_end(void)
{
	if (keeps())
		add("end");
}

void trace_failure(void)
{
	struct step *step;

	if (!tracing)
		return;
	if (left_out)
		snprintf(add("note")->text, STEP_TEXT, "%d steps are left out", left_out);
	step = add("failure");
	about(step, failure.address, failure.size);
	step->depth = failure.stack_depth < STEP_STACK ? failure.stack_depth : STEP_STACK;
	memcpy(step->stack, failure.stack, step->depth * sizeof(*step->stack));
}

void note(const char *format, ...)
{
	va_list arguments;

	if (!keeps())
		return;
	va_start(arguments, format);
	vsnprintf(add("note")->text, STEP_TEXT, format, arguments);
	va_end(arguments);
}
