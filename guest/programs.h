/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <stdbool.h>

#define PROGRAMS_MAX 16
#define PROGRAM_ARGS_MAX 202	/* with its name and the NULL behind them */

/* A program of the user.  Its file is /workloads/N. */
struct program {
	const char *name;		/* argv[0] */
	char *argv[PROGRAM_ARGS_MAX];
};

struct programs {
	struct program program[PROGRAMS_MAX];
	int count;
	int processes;			/* of each */
};

/* Read /workloads/plan.  NULL, or what is wrong with it. */
const char *programs_read(struct programs *programs);

#endif
