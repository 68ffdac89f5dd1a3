// SPDX-License-Identifier: GPL-2.0
#include "generate.h"

#include <stdio.h>
#include <string.h>

/* What is stored at first: each kind of size class. */
static const struct layout {
	const char *name;
	int size, objects, freed;	/* the last ones are freed again */
} layouts[] = {
	{ "two-in-a-page", 2032, 2, 0 },
	{ "three-with-a-tail", 1344, 3, 0 },
	{ "four-in-three-pages", 3056, 4, 0 },
	{ "two-of-four-freed", 3056, 4, 2 },
	{ "huge", 4000, 1, 0 },
	{ "two-huge", 4000, 2, 0 },
};

#define LAYOUTS ((int)(sizeof(layouts) / sizeof(*layouts)))
#define VOCABULARY_MAX 32

struct generator {
	unsigned int touch;
	struct scenario *scenarios;
	int count;
	const struct layout *layout;
	struct operation words[VOCABULARY_MAX];
	int word_count, first_word;
};

static unsigned int kinds_of(const struct program *program)
{
	unsigned int kinds = 0;
	int i;

	for (i = 0; i < program->count; i++)
		kinds |= 1u << program->operations[i].kind;
	return kinds;
}

static int is_wanted(const struct generator *generator, const struct scenario *scenario)
{
	unsigned int kinds = 0;
	int t;

	for (t = 0; t < scenario->threads; t++)
		kinds |= kinds_of(&scenario->thread[t]);
	return !generator->touch || kinds & generator->touch;
}

static void add(struct generator *generator, struct scenario *scenario)
{
	if (!is_wanted(generator, scenario))
		return;
	snprintf(scenario->name, sizeof(scenario->name), "generated-%04d-%s", generator->count,
		 generator->layout->name);
	if (generator->scenarios)
		generator->scenarios[generator->count] = *scenario;
	generator->count++;
}

static void append(struct program *program, struct operation operation)
{
	program->operations[program->count++] = operation;
}

static void set_up(const struct layout *layout, struct program *setup)
{
	int i;

	setup->count = 0;
	for (i = 0; i < layout->objects; i++)
		append(setup, (struct operation){ .kind = DO_STORE, .object = i, .size = layout->size });
	for (i = layout->objects - layout->freed; i < layout->objects; i++)
		append(setup, (struct operation){ .kind = DO_FREE, .object = i });
}

static void add_word(struct generator *generator, struct operation operation)
{
	generator->words[generator->word_count++] = operation;
}

/* What a thread may do beside the first: not two shrinks, since zswap's work item never runs twice at once. */
static void make_vocabulary(struct generator *generator)
{
	const struct layout *layout = generator->layout;
	int i;

	generator->word_count = 0;
	for (i = 0; i < layout->objects - layout->freed; i++)
		add_word(generator, (struct operation){ .kind = DO_FREE, .object = i });
	add_word(generator, (struct operation){ .kind = DO_STORE, .object = 10, .size = layout->size });
	add_word(generator, (struct operation){ .kind = DO_STORE, .object = 0, .size = layout->size });
	add_word(generator, (struct operation){ .kind = DO_LOAD, .object = 0 });
	add_word(generator, (struct operation){ .kind = DO_COMPACT });
	for (i = 0; i < layout->objects - layout->freed; i++)
		add_word(generator, (struct operation){ .kind = DO_MIGRATE, .object = i });
}

/* All programs of exactly length words in the last thread of the scenario. */
static void each_program(struct generator *generator, struct scenario *scenario, int length,
			 void (*then)(struct generator *, struct scenario *))
{
	struct program *program = &scenario->thread[scenario->threads - 1];
	int i;

	if (!length) {
		then(generator, scenario);
		return;
	}
	for (i = generator->first_word; i < generator->word_count; i++) {
		append(program, generator->words[i]);
		each_program(generator, scenario, length - 1, then);
		program->count--;
	}
}

static void with_third(struct generator *generator, struct scenario *scenario)
{
	scenario->threads = 3;
	scenario->thread[2].count = 0;
	each_program(generator, scenario, 1, add);
	scenario->threads = 2;
}

static void beside(struct generator *generator, struct operation first, int size)
{
	struct scenario scenario = { .threads = 2 };

	set_up(generator->layout, &scenario.setup);
	append(&scenario.thread[0], first);
	if (size < 4)
		each_program(generator, &scenario, size, add);
	else
		each_program(generator, &scenario, 1, with_third);
}

/* A failure at each eviction; at the other places it is the last one, since zsmalloc sees no difference. */
static void beside_failing_shrinks(struct generator *generator, int size)
{
	int eviction, last = generator->layout->objects - generator->layout->freed;

	for (eviction = 1; eviction <= last; eviction++)
		beside(generator, (struct operation){ .kind = DO_SHRINK, .fails = FAILS_AT_SWAPCACHE, .eviction = eviction }, size);
	beside(generator, (struct operation){ .kind = DO_SHRINK, .fails = FAILS_AT_ALLOCATION, .eviction = last }, size);
	beside(generator, (struct operation){ .kind = DO_SHRINK, .fails = FAILS_AT_PAGE, .eviction = last }, size);
}

static void of_layout(struct generator *generator, int size)
{
	int i;

	make_vocabulary(generator);
	generator->first_word = 0;
	beside(generator, (struct operation){ .kind = DO_SHRINK, .eviction = 1 }, size);
	beside_failing_shrinks(generator, size);
	for (i = 0; i < generator->word_count; i++) {
		/* Of two single operations, either order of threads is the same scenario. */
		generator->first_word = size == 1 ? i : 0;
		beside(generator, generator->words[i], size);
	}
}

int generate(int size, unsigned int touch, struct scenario *scenarios)
{
	static struct generator generator;
	int at, i;

	memset(&generator, 0, sizeof(generator));
	generator.touch = touch;
	generator.scenarios = scenarios;
	for (at = 1; at <= size; at++)
		for (i = 0; i < LAYOUTS; i++) {
			generator.layout = &layouts[i];
			of_layout(&generator, at);
		}
	return generator.count;
}
