// SPDX-License-Identifier: GPL-2.0
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "defect.h"
#include "text.h"

static const char help[] =
"usage: explorer [--scenario FILE]... [--generate SIZE] [--touch OP,OP] [--bound N|none]\n"
"                [--points sync|racy|all] [--memory sc|tso] [--no-state-cache]\n"
"                [--budget-ms N] [--cpu-time] [--stop-at first|scenario|none] [--shard I/N] [--seed N]\n"
"                [--states N]\n"
"                [--replay SCHEDULE] [--list]\n";

static long number(const char *flag, const char *text, long least, long most)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end || value < least || value > most)
		usage("%s %s: give a number from %ld to %ld", flag, text, least, most);
	return value;
}

/* The position of a word in a list that NULL ends. */
static int one_of(const char *flag, const char *text, const char *const *words, const char *say)
{
	int i;

	for (i = 0; words[i]; i++)
		if (!strcmp(text, words[i]))
			return i;
	usage("%s %s: give %s", flag, text, say);
}

static void parse_scenario(struct options *options, const char *value)
{
	if (options->file_count == FILES_MAX)
		usage("--scenario: at most %d files, use shards", FILES_MAX);
	options->files[options->file_count++] = value;
}

static void parse_generate(struct options *options, const char *value)
{
	options->generate = number("--generate", value, 1, 4);
}

static void parse_touch(struct options *options, const char *value)
{
	char copy[128], *word, *rest = copy;
	enum operation_kind kind;

	if (snprintf(copy, sizeof(copy), "%s", value) >= (int)sizeof(copy))
		usage("--touch: the list is too long, name each operation once");
	while ((word = strsep(&rest, ","))) {
		if (!operation_kind_parse(word, &kind))
			usage("--touch %s: \"%s\" is no operation, see README.md", value, word);
		options->touch |= 1u << kind;
	}
}

static void parse_bound(struct options *options, const char *value)
{
	options->bound = strcmp(value, "none") ? number("--bound", value, 0, 64) : NO_BOUND;
}

static void parse_points(struct options *options, const char *value)
{
	static const char *const words[] = { "sync", "racy", "all", NULL };

	options->choosing.points = one_of("--points", value, words, "sync, racy or all");
}

static void parse_memory(struct options *options, const char *value)
{
	static const char *const words[] = { "sc", "tso", NULL };

	options->choosing.tso = one_of("--memory", value, words, "sc or tso");
}

static void parse_budget(struct options *options, const char *value)
{
	options->budget_ms = number("--budget-ms", value, 1, 1000000000);
}

static void parse_stop_at(struct options *options, const char *value)
{
	static const char *const words[] = { "first", "scenario", "none", NULL };

	options->stop_at = one_of("--stop-at", value, words, "first, scenario or none");
}

static void parse_shard(struct options *options, const char *value)
{
	int used = 0;

	if (sscanf(value, "%d/%d%n", &options->shard, &options->shards, &used) != 2 || value[used] ||
	    options->shard < 0 || options->shards < 1 || options->shard >= options->shards)
		usage("--shard %s: give I/N, with I from 0 to N-1", value);
}

static void parse_seed(struct options *options, const char *value)
{
	options->seed = number("--seed", value, 0, 1000000000);
}

static void parse_states(struct options *options, const char *value)
{
	options->states = number("--states", value, 0, CACHE_STATES_MAX);
}

static void parse_replay(struct options *options, const char *value)
{
	options->replay = value;
}

static const struct flag {
	const char *name;
	void (*parse)(struct options *options, const char *value);
} flags[] = {
	{ "--scenario", parse_scenario },
	{ "--generate", parse_generate },
	{ "--touch", parse_touch },
	{ "--bound", parse_bound },
	{ "--points", parse_points },
	{ "--memory", parse_memory },
	{ "--budget-ms", parse_budget },
	{ "--stop-at", parse_stop_at },
	{ "--shard", parse_shard },
	{ "--seed", parse_seed },
	{ "--states", parse_states },
	{ "--replay", parse_replay },
};

static const struct flag *flag_named(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (!strcmp(flags[i].name, name))
			return &flags[i];
	return NULL;
}

/* Those that take no value. */
static int parse_switch(struct options *options, const char *name)
{
	if (!strcmp(name, "--help")) {
		fputs(help, stdout);
		exit(0);
	}
	if (!strcmp(name, "--list"))
		return options->list = 1;
	if (!strcmp(name, "--cpu-time"))
		return options->cpu_time = 1;
	if (!strcmp(name, "--no-state-cache")) {
		options->choosing.use_cache = 0;
		return 1;
	}
	return 0;
}

static void check(const struct options *options)
{
	if (options->replay && (options->file_count != 1 || options->generate))
		usage("--replay needs exactly one --scenario FILE");
	if (!options->file_count && !options->generate)
		usage("nothing to explore: give --scenario FILE or --generate SIZE");
	if (options->choosing.tso && options->choosing.points != POINTS_RACY)
		usage("--memory tso needs --points racy: only stores to racy words are held back");
}

void options_parse(struct options *options, int argc, char **argv)
{
	int i;

	*options = (struct options){
		.bound = 2, .shards = 1, .budget_ms = 60000, .stop_at = STOP_AT_SCENARIO,
		.states = CACHE_STATES_MAX,
		.choosing = { .points = POINTS_RACY, .use_cache = 1 },
	};
	for (i = 1; i < argc; i++) {
		const struct flag *flag = flag_named(argv[i]);

		if (!flag && !parse_switch(options, argv[i]))
			usage("%s: no such option, see --help", argv[i]);
		if (!flag)
			continue;
		if (i + 1 == argc)
			usage("%s needs a value, see --help", argv[i]);
		flag->parse(options, argv[++i]);
	}
	check(options);
}
