// SPDX-License-Identifier: GPL-2.0
/* Names of what was allocated: the kind, and its number in the order of allocation by each fiber. */
#include "objects.h"

#include <stdio.h>
#include <string.h>

#include "explore.h"
#include "failure.h"
#include "memory.h"
#include "trace.h"

#define OBJECTS_NAMED_MAX 8192

static struct object {
	unsigned long address, size;
	const char *kind;
	int depth;
	unsigned long stack[OBJECT_STACK];	/* who allocated it, while that is told */
} objects[OBJECTS_NAMED_MAX];

static int count, saved;

void objects_save(void)
{
	saved = count;
}

void objects_restore(void)
{
	count = saved;
}

void objects_reset(void)
{
	count = 0;
}

void object_named(unsigned long address, unsigned long size, const char *kind)
{
	struct object *object = &objects[count];

	if (count == OBJECTS_NAMED_MAX)
		return;
	*object = (struct object){ .address = address, .size = size, .kind = kind };
	if (trace_is_on())
		object->depth = stack_walk(__builtin_frame_address(0), 0, object->stack, OBJECT_STACK);
	count++;
}

static int number_of(int index)
{
	int i, number = 0;

	for (i = 0; i < index; i++)
		number += !strcmp(objects[i].kind, objects[index].kind);
	return number;
}

static const char *name_of(int index)
{
	static char name[96];

	snprintf(name, sizeof(name), "%s %d", objects[index].kind, number_of(index));
	return name;
}

/* The last one that lay there, or -1. The red zone behind an object counts as its own. */
static int index_at(unsigned long address)
{
	int i;

	for (i = count - 1; i >= 0; i--)
		if (address - objects[i].address < objects[i].size + 16)
			break;
	return i;
}

const char *object_at(unsigned long address)
{
	int index = index_at(address);

	return index < 0 ? NULL : name_of(index);
}

int object_facts(unsigned long address, struct object_facts *facts)
{
	int index = index_at(address);

	if (index < 0)
		return 0;
	*facts = (struct object_facts){
		.start = objects[index].address, .size = objects[index].size,
		.depth = objects[index].depth, .stack = objects[index].stack,
	};
	snprintf(facts->name, sizeof(facts->name), "%s", name_of(index));
	return 1;
}
