// SPDX-License-Identifier: GPL-2.0
/* Names of what was allocated: the kind, and its number in the order of allocation by each fiber. */
#include "objects.h"

#include <stdio.h>
#include <string.h>

#include "explore.h"
#include "memory.h"

#define OBJECTS_NAMED_MAX 8192

static struct object {
	unsigned long address, size;
	const char *kind;
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
	if (count < OBJECTS_NAMED_MAX)
		objects[count++] = (struct object){ address, size, kind };
}

static int number_of(int index)
{
	int i, number = 0;

	for (i = 0; i < index; i++)
		number += !strcmp(objects[i].kind, objects[index].kind);
	return number;
}

const char *object_at(unsigned long address)
{
	static char name[96];
	int i;

	/* The red zone behind an object counts as its own. */
	for (i = count - 1; i >= 0; i--)
		if (address - objects[i].address < objects[i].size + 16)
			break;
	if (i < 0)
		return NULL;
	snprintf(name, sizeof(name), "%s %d", objects[i].kind, number_of(i));
	return name;
}
