// SPDX-License-Identifier: GPL-2.0
/* Use after free, red zones, wild pointers. */
#include "liveness.h"

#include "failure.h"
#include "fiber.h"
#include "memory.h"

static const char *verb(int write)
{
	return write ? "write" : "read";
}

static void fail_wild(unsigned long address, unsigned long size, int write)
{
	failure_at(address, size);
	fail(FAIL_WILD_POINTER, "wild pointer: %s of %lu bytes at %#lx%s", verb(write), size, address,
	     address < 4096 ? " (NULL)" : "");
}

static void check_tracked(unsigned long address, unsigned long size, int write)
{
	if (!memory_is_tracked(address) || !memory_is_tracked(address + size - 1))
		fail_wild(address, size, write);
}

void check_live(unsigned long address, unsigned long size, int write)
{
	unsigned long bad = address;
	const char *name;

	if (fiber_on_stack(address))
		return;
	check_tracked(address, size, write);
	switch (memory_look(address, size, &bad)) {
	case LIVE:
		return;
	case WAS_FREED:
		failure_at(address, size);
		name = object_at(bad);
		fail(FAIL_USE_AFTER_FREE, "use after free: %s of %lu bytes in %s",
		     verb(write), size, name ? name : "a freed page");
	case NEVER_LIVE:
		failure_at(address, size);
		name = object_at(address);
		if (!name)
			fail_wild(address, size, write);
		fail(FAIL_RED_ZONE, "out of bounds: %s of %lu bytes behind %s", verb(write), size, name);
	}
}
