// SPDX-License-Identifier: GPL-2.0
#include "text.h"

#include <string.h>

static const char *const kinds[] = {
	[DO_STORE] = "store", [DO_LOAD] = "load", [DO_FREE] = "free", [DO_SHRINK] = "shrink",
	[DO_COMPACT] = "compact", [DO_MIGRATE] = "migrate", [DO_WORK] = "work",
	[DO_DESTROY] = "destroy", [DO_OFFLINE] = "offline",
	[DO_SWITCH] = "switch",
};

static const char *const places[] = {
	[FAILS_AT_ALLOCATION] = "allocation", [FAILS_AT_PAGE] = "page",
	[FAILS_AT_SWAPCACHE] = "swapcache",
};

#define PLACES ((int)(sizeof(places) / sizeof(*places)))

int operation_kind_parse(const char *word, enum operation_kind *kind)
{
	int i;

	for (i = 0; i < OPERATION_KINDS; i++) {
		if (strcmp(word, kinds[i]))
			continue;
		*kind = i;
		return 1;
	}
	return 0;
}

static const char *parse_store(const char *rest, struct operation *operation)
{
	int used = 0;

	if (sscanf(rest, " %d size %d %n", &operation->object, &operation->size, &used) < 2)
		return "write: store OBJECT size BYTES";
	rest += used;
	if (!strcmp(rest, "fails") || !strncmp(rest, "fails ", 6)) {
		operation->fails = FAILS_AT_ALLOCATION;
		rest += strspn(rest + 5, " ") + 5;
	}
	operation->stays = !strcmp(rest, "stays");
	if (*rest && !operation->stays)
		return "write: store OBJECT size BYTES [fails] [stays]";
	if (operation->size < 16 || operation->size > 4096)
		return "an object has 16 to 4096 bytes";
	return NULL;
}

static const char *parse_migrate(const char *rest, struct operation *operation)
{
	int used = 0;

	if (sscanf(rest, " page of %d %n", &operation->object, &used) < 1 || rest[used])
		return "write: migrate page of OBJECT";
	return NULL;
}

static const char *parse_object(const char *rest, struct operation *operation)
{
	int used = 0;

	if (sscanf(rest, " %d %n", &operation->object, &used) < 1 || rest[used])
		return "write: load OBJECT, or free OBJECT";
	return NULL;
}

static const char *parse_shrink(const char *rest, struct operation *operation)
{
	char place[16] = "";
	int i, used = 0;

	operation->eviction = 1;
	if (!*rest)
		return NULL;
	if (sscanf(rest, " fails at %15s %n", place, &used) < 1)
		return "write: shrink, or shrink fails at PLACE [of eviction N]";
	rest += used;
	used = 0;
	if (*rest && (sscanf(rest, "of eviction %d %n", &operation->eviction, &used) < 1 || rest[used]))
		return "write: shrink fails at PLACE of eviction N";
	for (i = FAILS_AT_ALLOCATION; i < PLACES; i++)
		if (!strcmp(place, places[i])) {
			operation->fails = i;
			return operation->eviction > 0 ? NULL : "evictions are counted from 1";
		}
	return "a writeback fails at allocation, page or swapcache";
}

static const char *parse_offline(const char *rest, struct operation *operation)
{
	int used = 0;

	if (sscanf(rest, "cpu of thread %d %n", &operation->object, &used) < 1 || rest[used])
		return "write: offline cpu of thread NUMBER";
	if (operation->object < 1 || operation->object > THREADS_MAX)
		return "threads are numbered from 1";
	return NULL;
}

static const char *parse_switch(const char *rest, struct operation *operation)
{
	(void)operation;
	return strcmp(rest, "pool") ? "write: switch pool" : NULL;
}

static const char *parse_bare(const char *rest, struct operation *operation)
{
	(void)operation;
	return *rest ? "nothing follows compact, work and destroy" : NULL;
}

static const char *(*const parsers[])(const char *, struct operation *) = {
	[DO_STORE] = parse_store, [DO_LOAD] = parse_object, [DO_FREE] = parse_object,
	[DO_SHRINK] = parse_shrink, [DO_COMPACT] = parse_bare, [DO_MIGRATE] = parse_migrate,
	[DO_WORK] = parse_bare, [DO_DESTROY] = parse_bare, [DO_OFFLINE] = parse_offline, [DO_SWITCH] = parse_switch,
};

const char *operation_parse(const char *line, struct operation *operation)
{
	char word[16] = "";
	const char *wrong;
	int used = 0;

	memset(operation, 0, sizeof(*operation));
	if (sscanf(line, "%15s %n", word, &used) < 1 || !operation_kind_parse(word, &operation->kind))
		return "write store, load, free, shrink, compact, migrate, work, destroy, offline or switch";
	wrong = parsers[operation->kind](line + used, operation);
	if (!wrong && (operation->object < 0 || operation->object >= OBJECTS_NAMED))
		return "objects are numbered from 0 to 23";
	return wrong;
}

void operation_text(char *buffer, int size, const struct operation *operation)
{
	const char *kind = kinds[operation->kind];

	switch (operation->kind) {
	case DO_STORE:
		snprintf(buffer, size, "%s %d size %d%s%s", kind, operation->object, operation->size,
			 operation->fails ? " fails" : "", operation->stays ? " stays" : "");
		return;
	case DO_LOAD:
	case DO_FREE:
		snprintf(buffer, size, "%s %d", kind, operation->object);
		return;
	case DO_MIGRATE:
		snprintf(buffer, size, "%s page of %d", kind, operation->object);
		return;
	case DO_OFFLINE:
		snprintf(buffer, size, "%s cpu of thread %d", kind, operation->object);
		return;
	case DO_SWITCH:
		snprintf(buffer, size, "%s pool", kind);
		return;
	case DO_SHRINK:
		if (operation->fails) {
			snprintf(buffer, size, "%s fails at %s of eviction %d", kind,
				 places[operation->fails], operation->eviction);
			return;
		}
		/* fallthrough */
	default:
		snprintf(buffer, size, "%s", kind);
	}
}
