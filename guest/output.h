/* SPDX-License-Identifier: GPL-2.0 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTPUT_HEAD (64 * 1024)
#define OUTPUT_TAIL (16 * 1024)
#define OUTPUT_PART 4096

/*
 * What the processes of a program write to one stream.  The first bytes are
 * sent as they come, the last ones at the end; what is between is counted.
 */
struct output {
	int fd;				/* our end of the pipe, or -1 */
	int number;			/* of the program */
	const char *name, *stream;
	uint64_t total, sent;
	size_t pending;			/* of the head, not yet sent */
	char part[OUTPUT_PART];
	char tail[OUTPUT_TAIL];		/* a ring: byte N is at N % its size */
};

/* Returns the end for the processes, or -1. */
int output_open(struct output *output);
/* Read what is there, at most a few pages of it. */
void output_read(struct output *output);
void output_flush(struct output *output);
/* Read the rest, send the tail, close. */
void output_close(struct output *output);

#endif
