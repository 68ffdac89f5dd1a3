/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <stdint.h>
#include <sys/types.h>

#include "programs.h"

/* How a process of a program of the user begins. */
struct launch {
	const struct program *program;
	int number;			/* of the program */
	int process;			/* of its processes */
	int out, err;
	uint64_t seed;
};

/* The folder in which they run.  NULL, or what went wrong. */
const char *launch_prepare(void);

/* The process in a group of its own, or the negative error. */
pid_t launch_process(const struct launch *launch);

#endif
