// SPDX-License-Identifier: GPL-2.0
#include "output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "choose.h"
#include "executed.h"
#include "failure.h"
#include "objects.h"
#include "options.h"
#include "text.h"
#include "trace.h"

static void put_string(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			printf("\\u%04x", *text);
		else
			putchar(*text);
	}
	putchar('"');
}

static void put_bound(int bound)
{
	if (bound == NO_BOUND)
		printf("\"bound\":null");
	else
		printf("\"bound\":%d", bound);
}

static const char *boolean(int value)
{
	return value ? "true" : "false";
}

static void put_head(const char *type, const struct scenario *scenario)
{
	printf("{\"type\":\"%s\",\"%s\":", type, type[0] == 's' ? "name" : "scenario");
	put_string(scenario->name);
	putchar(',');
}

static void put_end(void)
{
	puts("}");
	fflush(stdout);
}

void print_scenario(const struct scenario *scenario, int bound, const struct search_result *result)
{
	put_head("scenario", scenario);
	printf("\"threads\":%d,", scenario->threads);
	put_bound(bound);
	printf(",\"schedules\":%lu,\"states\":%lu,\"steps\":%lu,\"ends\":%lu,\"failing\":%lu,\"complete\":%s,"
	       "\"exhausted\":%s,\"cacheFull\":%s,\"ms\":%.1f", result->schedules, result->states,
	       result->steps, result->ends, result->failing, boolean(result->complete),
	       boolean(result->exhausted), boolean(result->cache_full), result->ms);
	put_end();
}

static void put_pcs(const unsigned long *pcs, int count)
{
	int i;

	putchar('[');
	for (i = 0; i < count; i++)
		printf("%s\"%#lx\"", i ? "," : "", pcs[i]);
	putchar(']');
}

static void put_step(const struct step *step)
{
	printf("{\"thread\":%d,\"op\":\"%s\",\"pc\":", step->thread, step->op);
	if (step->depth)
		printf("\"%#lx\"", step->stack[0]);
	else
		printf("null");
	printf(",\"stack\":");
	put_pcs(step->stack, step->depth);
	if (step->address || step->size)
		printf(",\"address\":\"%#lx\",\"size\":%lu", step->address, step->size);
	printf(",\"object\":");
	if (step->object[0])
		put_string(step->object);
	else
		printf("null");
	if (step->object[0])
		printf(",\"offset\":%lu", step->offset);
	if (step->text[0]) {
		printf(",\"text\":");
		put_string(step->text);
	}
	putchar('}');
}

static int was_named(int index)
{
	int i;

	for (i = 0; i < index; i++)
		if (!strcmp(trace_step(i)->object, trace_step(index)->object))
			return 1;
	return 0;
}

/* What the steps touch: how large it is, and who allocated it. */
static void put_objects(void)
{
	struct object_facts facts;
	int i, some = 0;

	printf(",\"objects\":[");
	for (i = 0; i < trace_count(); i++) {
		if (!trace_step(i)->object[0] || was_named(i) ||
		    !object_facts(trace_step(i)->address, &facts))
			continue;
		printf("%s{\"name\":", some++ ? "," : "");
		put_string(facts.name);
		printf(",\"size\":%lu,\"stack\":", facts.size);
		put_pcs(facts.stack, facts.depth);
		putchar('}');
	}
	putchar(']');
}

static void put_symptom(void)
{
	printf("\"symptom\":{\"kind\":\"%s\",\"text\":", failure_kind_name(failure.kind));
	put_string(failure.text);
	printf(",\"thread\":%d,\"address\":\"%#lx\",\"size\":%lu,\"stack\":", failure.fiber,
	       failure.address, failure.size);
	put_pcs(failure.stack, failure.stack_depth);
	printf("},\"model\":%s", boolean(failure.rests_on_model));
}

/* As a file for --scenario, since a generated one has none. */
static void put_scenario(const struct scenario *scenario)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	scenario_print(stream, scenario);
	fclose(stream);
	printf(",\"text\":");
	put_string(text);
	free(text);
}

/* What is ours and not the kernel's, beside zswap where it is a model. */
static const char *const models[] = {
	"migration's and compaction's callers",
	"slab, pages, page locks, the work queue, CPU hotplug and debugfs",
};

void print_plan(const struct scenario *scenarios, int count, const struct options *options)
{
	static const char *const points[] = { "sync", "racy", "all" };
	int i;

	printf("{\"type\":\"plan\",\"scenarios\":[");
	for (i = 0; i < count; i++) {
		printf("%s{\"name\":", i ? "," : "");
		put_string(scenarios[i].name);
		printf(",\"threads\":%d}", scenarios[i].threads);
	}
	printf("],\"memory\":\"%s\",\"points\":\"%s\",\"seed\":%ld,\"shard\":\"%d/%d\",\"models\":[",
	       options->choosing.tso ? "tso" : "sc", points[options->choosing.points],
	       (long)options->seed, options->shard, options->shards);
	for (i = 0; i < (int)(sizeof(models) / sizeof(*models)); i++) {
		printf("%s", i ? "," : "");
		put_string(models[i]);
	}
	putchar(']');
	put_end();
}

void print_failure(const struct scenario *scenario, int bound, unsigned long nth,
		   const struct schedule *schedule)
{
	int i;

	put_head("failure", scenario);
	put_bound(bound);
	put_scenario(scenario);
	printf(",\"nth\":%lu,\"schedule\":\"", nth);
	schedule_print(stdout, schedule);
	printf("\",");
	put_symptom();
	printf(",\"steps\":[");
	for (i = 0; i < trace_count(); i++) {
		if (i)
			putchar(',');
		put_step(trace_step(i));
	}
	putchar(']');
	put_objects();
	put_end();
}

void print_replayed(const struct scenario *scenario)
{
	put_head("replayed", scenario);
	printf("\"failed\":false,\"steps\":%d", trace_count());
	put_end();
}

static void put_pairs(void)
{
	const struct executed_pair *pair;
	int i, count, some = 0;

	pair = executed_pairs(&count);
	printf(",\"pairs\":[");
	for (i = 0; i < count; i++) {
		if (!pair[i].from || !pair[i].to)
			continue;
		printf("%s[\"%#lx\",\"%#lx\"]", some ? "," : "", pair[i].from, pair[i].to);
		some = 1;
	}
	putchar(']');
}

void print_executed(void)
{
	unsigned long pc;
	int some = 0;

	printf("{\"type\":\"executed\",\"pcs\":[");
	for (pc = executed_first(); pc; pc = executed_after(pc)) {
		printf("%s\"%#lx\"", some ? "," : "", pc);
		some = 1;
	}
	putchar(']');
	put_pairs();
	put_end();
}

void print_end(const char *reason, const struct totals *totals)
{
	printf("{\"type\":\"end\",\"reason\":\"%s\",\"schedules\":%lu,\"states\":%lu,\"stateLimit\":%lu,"
	       "\"cacheFull\":%d,\"ms\":%.1f,\"cores\":1", reason, totals->schedules, totals->states,
	       cache_limit_is(), totals->cache_full, totals->ms);
	put_end();
}
