// SPDX-License-Identifier: GPL-2.0
#include "programs.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLAN "/workloads/plan"

/*
 * Words that end in NUL: the number of processes, then for each program the
 * number of its words, its name and its arguments.
 */
static char text[64 * 1024];
static char *next, *end;

static bool read_plan(void)
{
	int fd = open(PLAN, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	next = end = text;
	if (fd < 0)
		return false;
	while ((got = read(fd, end, text + sizeof(text) - end)) > 0)
		end += got;
	close(fd);
	return end > text && !end[-1];
}

static char *word(void)
{
	char *found = next;

	if (next >= end)
		return NULL;
	next += strlen(next) + 1;
	return found;
}

static int count(int most)
{
	const char *digits = word();
	int value = digits ? atoi(digits) : 0;

	return value >= 1 && value <= most ? value : 0;
}

static bool read_program(struct program *program)
{
	int words = count(PROGRAM_ARGS_MAX - 1), i;

	for (i = 0; i < words; i++)
		program->argv[i] = word();
	if (!words || !program->argv[words - 1])
		return false;
	program->argv[words] = NULL;
	program->name = program->argv[0];
	return true;
}

const char *programs_read(struct programs *programs)
{
	memset(programs, 0, sizeof(*programs));
	if (!read_plan())
		return "no " PLAN " in the initramfs";
	programs->processes = count(1024);
	if (!programs->processes)
		return PLAN " has no number of processes";
	while (next < end) {
		if (programs->count == PROGRAMS_MAX)
			return PLAN " has too many programs";
		if (!read_program(&programs->program[programs->count]))
			return PLAN " has a program without a name";
		programs->count++;
	}
	return programs->count ? NULL : PLAN " has no program";
}
