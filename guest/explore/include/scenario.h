/* SPDX-License-Identifier: GPL-2.0 */
/* A scenario: what is set up, and what each thread does. */
#ifndef EXPLORE_SCENARIO_H
#define EXPLORE_SCENARIO_H

#define THREADS_MAX	3
#define OPERATIONS_MAX	24
#define OBJECTS_NAMED	24	/* that a scenario may name … */
#define OBJECTS_MAX	34	/* … and those of the aftermath and of callers */
#define SCENARIO_NAME	96

enum operation_kind {
	DO_STORE, DO_LOAD, DO_FREE, DO_SHRINK, DO_COMPACT, DO_MIGRATE, DO_WORK,
	DO_DESTROY, DO_OFFLINE, DO_SWITCH, OPERATION_KINDS
};

/* Where a writeback fails. */
enum failing_place { FAILS_NOWHERE, FAILS_AT_ALLOCATION, FAILS_AT_PAGE, FAILS_AT_SWAPCACHE };

struct operation {
	enum operation_kind kind;
	int object;			/* of store, load, free, migrate; a thread: of offline */
	int size;			/* of store, in bytes */
	enum failing_place fails;	/* of shrink; of store, at allocation or not */
	int eviction;			/* the first that fails, from 1 */
	int stays;			/* of store: its page stays in the swap cache */
};

struct program {
	int count;
	struct operation operations[OPERATIONS_MAX];
};

struct scenario {
	char name[SCENARIO_NAME];
	int threads;
	struct program setup;
	struct program thread[THREADS_MAX];
};

#endif
