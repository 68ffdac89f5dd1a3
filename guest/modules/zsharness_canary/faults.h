/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ZSHARNESS_FAULTS_H
#define ZSHARNESS_FAULTS_H

/* A fault that runs in a thread of its own: an oops ends only that thread. */
struct fault {
	const char *kind;
	int (*fn)(void *mm);
};

/* Each ends with an empty entry. */
extern const struct fault memory_faults[];
extern const struct fault trap_faults[];
extern const struct fault check_faults[];
extern const struct fault lock_faults[];

/* -ENOENT: there is no fault of that kind. */
int fault_plant(const char *kind);

/* Hides a value from the compiler, which would warn of the fault or drop it. */
#define HIDDEN(type, value) ({			\
	type __hidden = (value);		\
	OPTIMIZER_HIDE_VAR(__hidden);		\
	__hidden;				\
})

#endif
