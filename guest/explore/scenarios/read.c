// SPDX-License-Identifier: GPL-2.0
/*
 * The files. "setup:" and "thread:" begin a block; each further line is one
 * operation, or follows the colon; # begins a comment.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "defect.h"
#include "text.h"

struct reader {
	const char *path;
	int line;
	struct scenario *scenario;
	struct program *program;	/* that the next operation belongs to */
};

static void name_after_file(struct scenario *scenario, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dot;

	snprintf(scenario->name, sizeof(scenario->name), "%s", slash ? slash + 1 : path);
	dot = strrchr(scenario->name, '.');
	if (dot)
		*dot = 0;
	if (!scenario->name[0])
		usage("%s: a scenario has the name of its file, give it one before the dot", path);
}

static char *trim(char *line)
{
	char *end;

	line[strcspn(line, "#\r\n")] = 0;
	while (isspace((unsigned char)*line))
		line++;
	end = line + strlen(line);
	while (end > line && isspace((unsigned char)end[-1]))
		*--end = 0;
	return line;
}

static void add_operation(struct reader *reader, const char *text)
{
	struct program *program = reader->program;
	const char *wrong;

	if (!program)
		usage("%s:%d: an operation before setup: or thread:, put it under one", reader->path, reader->line);
	if (program->count == OPERATIONS_MAX)
		usage("%s:%d: a block has at most %d operations, split the scenario", reader->path,
		      reader->line, OPERATIONS_MAX);
	wrong = operation_parse(text, &program->operations[program->count]);
	if (wrong)
		usage("%s:%d: \"%s\": %s", reader->path, reader->line, text, wrong);
	program->count++;
}

static void begin_thread(struct reader *reader)
{
	struct scenario *scenario = reader->scenario;

	if (scenario->threads == THREADS_MAX)
		usage("%s:%d: a scenario has at most %d threads, split it", reader->path, reader->line,
		      THREADS_MAX);
	reader->program = &scenario->thread[scenario->threads++];
}

static void read_line(struct reader *reader, char *line)
{
	if (!strncmp(line, "setup:", 6)) {
		reader->program = &reader->scenario->setup;
		line = trim(line + 6);
	} else if (!strncmp(line, "thread:", 7)) {
		begin_thread(reader);
		line = trim(line + 7);
	}
	if (*line)
		add_operation(reader, line);
}

static void check_program(const struct reader *reader, const struct program *program)
{
	int i;

	for (i = 0; i < program->count; i++)
		if (program->operations[i].kind == DO_OFFLINE &&
		    program->operations[i].object > reader->scenario->threads)
			usage("%s:%d: \"offline cpu of thread %d\", but there are %d threads", reader->path,
			      reader->line, program->operations[i].object, reader->scenario->threads);
}

static void check_threads(const struct reader *reader)
{
	int t;

	if (!reader->scenario->threads)
		usage("%s:%d: no thread, write at least one thread: block", reader->path, reader->line);
	check_program(reader, &reader->scenario->setup);
	for (t = 0; t < reader->scenario->threads; t++)
		check_program(reader, &reader->scenario->thread[t]);
}

void scenario_read(const char *path, struct scenario *scenario)
{
	struct reader reader = { .path = path, .scenario = scenario };
	char line[256];
	FILE *file = fopen(path, "r");

	if (!file)
		usage("%s: %s, give a file that can be read", path, strerror(errno));
	memset(scenario, 0, sizeof(*scenario));
	name_after_file(scenario, path);
	while (fgets(line, sizeof(line), file)) {
		reader.line++;
		/* The rest would be taken for an operation. */
		if (!strchr(line, '\n') && !feof(file))
			usage("%s:%d: a line has at most %d bytes, split it", path, reader.line,
			      (int)sizeof(line) - 2);
		read_line(&reader, trim(line));
	}
	fclose(file);
	check_threads(&reader);
}

static void print_program(FILE *to, const char *head, const struct program *program)
{
	char text[128];
	int i;

	fprintf(to, "%s:\n", head);
	for (i = 0; i < program->count; i++) {
		operation_text(text, sizeof(text), &program->operations[i]);
		fprintf(to, "\t%s\n", text);
	}
}

void scenario_print(FILE *to, const struct scenario *scenario)
{
	int t;

	fprintf(to, "# %s\n", scenario->name);
	print_program(to, "setup", &scenario->setup);
	for (t = 0; t < scenario->threads; t++)
		print_program(to, "thread", &scenario->thread[t]);
}
