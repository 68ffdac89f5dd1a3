// SPDX-License-Identifier: GPL-2.0
#include "zsclasses.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "pages.h"
#include "records.h"

#define POOLS "/sys/kernel/debug/zsmalloc"
#define COLUMNS 32

/* The columns differ between kernels, so find them by name. */
struct columns {
	int size, obj_allocated, obj_used, pages_used, pages_per_zspage;
};

static int column_of(const char *header, const char *name)
{
	char copy[512], *save = NULL, *word;
	int i = 0;

	snprintf(copy, sizeof(copy), "%s", header);
	for (word = strtok_r(copy, " ", &save); word;
	     word = strtok_r(NULL, " ", &save), i++)
		if (!strcmp(word, name))
			return i;
	return -1;
}

static bool columns_of(const char *header, struct columns *columns)
{
	columns->size = column_of(header, "size");
	columns->obj_allocated = column_of(header, "obj_allocated");
	columns->obj_used = column_of(header, "obj_used");
	columns->pages_used = column_of(header, "pages_used");
	columns->pages_per_zspage = column_of(header, "pages_per_zspage");
	return columns->size >= 0 && columns->obj_allocated >= 0 &&
	       columns->obj_used >= 0 && columns->pages_used >= 0 &&
	       columns->pages_per_zspage >= 0;
}

static bool row_of(const char *line, const struct columns *columns,
		   struct zs_class *row)
{
	int64_t value[COLUMNS] = { 0 };
	char *end;
	int i;

	for (i = 0; i < COLUMNS; i++, line = end) {
		value[i] = strtoll(line, &end, 10);
		if (end == line)
			break;
	}
	if (i <= columns->pages_per_zspage || value[columns->size] <= 0)
		return false;
	row->size = value[columns->size];
	row->pages_per_zspage = value[columns->pages_per_zspage];
	row->objects_per_zspage =
		row->pages_per_zspage * PAGE_BYTES / row->size;
	row->obj_allocated = value[columns->obj_allocated];
	row->obj_used = value[columns->obj_used];
	row->pages_used = value[columns->pages_used];
	return true;
}

static void add_pool(struct zs_classes *classes, char *text)
{
	char *save = NULL, *line = strtok_r(text, "\n", &save);
	struct columns columns;

	if (!line || !columns_of(line, &columns))
		return;
	while ((line = strtok_r(NULL, "\n", &save))) {
		if (strstr(line, "Total"))
			continue;
		if (classes->count == ZS_CLASSES_MAX) {
			classes->cut = true;
			return;
		}
		if (row_of(line, &columns, &classes->row[classes->count]))
			classes->count++;
	}
}

bool zs_classes_read(struct zs_classes *classes)
{
	return zs_classes_read_of(classes, NULL);
}

bool zs_classes_read_of(struct zs_classes *classes, const char *prefix)
{
	struct dirent *entry;
	DIR *dir = opendir(POOLS);

	classes->count = 0;
	classes->cut = false;
	if (!dir)
		return false;
	while ((entry = readdir(dir))) {
		char path[320], *text;

		if (entry->d_name[0] == '.' ||
		    (prefix && strncmp(entry->d_name, prefix, strlen(prefix))))
			continue;
		snprintf(path, sizeof(path), POOLS "/%s/classes",
			 entry->d_name);
		text = read_whole(path);
		if (text)
			add_pool(classes, text);
		free(text);
	}
	closedir(dir);
	return classes->count > 0 && !classes->cut;
}

int zs_pools(const char *prefix)
{
	struct dirent *entry;
	DIR *dir = opendir(POOLS);
	int count = 0;

	if (!dir)
		return -1;
	while ((entry = readdir(dir)))
		count += !strncmp(entry->d_name, prefix, strlen(prefix));
	closedir(dir);
	return count;
}

struct zs_class zs_classes_sum(const struct zs_classes *classes)
{
	struct zs_class sum = { 0 };
	unsigned int i;

	for (i = 0; i < classes->count; i++) {
		sum.obj_allocated += classes->row[i].obj_allocated;
		sum.obj_used += classes->row[i].obj_used;
		sum.pages_used += classes->row[i].pages_used;
		if (sum.pages_per_zspage < classes->row[i].pages_per_zspage)
			sum.pages_per_zspage = classes->row[i].pages_per_zspage;
	}
	return sum;
}
