/* SPDX-License-Identifier: GPL-2.0 */
#ifndef EXPLORE_OBJECTS_H
#define EXPLORE_OBJECTS_H

#define OBJECT_STACK 6

struct object_facts {
	char name[48];
	unsigned long start, size;
	int depth;			/* of the stack that allocated it */
	const unsigned long *stack;
};

/* Returns 0 when nothing lay there. */
int object_facts(unsigned long address, struct object_facts *facts);

void objects_save(void);
void objects_restore(void);
void objects_reset(void);

#endif
