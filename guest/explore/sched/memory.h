/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory of the kernel half: the arena and the data section of the kernel's
 * objects. Each 8 bytes have a cell: what is live, and who touched it.
 */
#ifndef EXPLORE_MEMORY_H
#define EXPLORE_MEMORY_H

#include <stdint.h>

#include "explore.h"
#include "hash.h"

struct cell {
	uint32_t execution;	/* what is below is of this one, else empty */
	uint32_t write_clock;
	int writer;
	struct hash written;	/* the history of the last write */
	struct hash read;	/* the sum of the histories of the reads since */
	uint32_t read_clock[FIBERS];
	uint32_t released[FIBERS];		/* by writers, and owners of locks */
	uint32_t released_by_readers[FIBERS];
	unsigned long write_pc;
};

void memory_map(void);
/* The memory as it was when the program began. */
void memory_reset(void);
/* What each execution starts from. */
void memory_save(void);
void memory_restore(void);

int memory_is_tracked(unsigned long address);
int memory_is_static(unsigned long address);
struct cell *memory_cell(unsigned long address);
int memory_is_touched(unsigned long address);	/* in this execution */

enum liveness { LIVE, NEVER_LIVE, WAS_FREED };
/* The first of the bytes that is not live is stored in *bad. */
enum liveness memory_look(unsigned long address, unsigned long size,
			  unsigned long *bad);

/*
 * Words that two threads touch without order. A round of a search finds them,
 * and the next one switches there: within a round the points stay the same.
 */
int word_is_racy(unsigned long address);
int word_found_racy(unsigned long address);	/* 1 if it is new */
void words_use_found(void);
unsigned long words_used(int index);	/* their addresses, or 0 after the last */
void words_forget_racy(void);

/* "zs_handle 1" for an address within it, or NULL. */
const char *object_at(unsigned long address);

#endif
