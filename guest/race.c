// SPDX-License-Identifier: GPL-2.0
#include "race.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "files.h"
#include "records.h"

#define PARAMETERS "/sys/module/zsharness_race/parameters/"

static bool loaded, evicts;

static const struct {
	const char *key;	/* in records */
	const char *parameter;	/* in sysfs */
} counters[RACE_COUNTERS] = {
	[RACE_WINDOWS] = { "windows", "windows" },
	[RACE_HITS] = { "hits", "hits" },
	[RACE_TIMEOUTS] = { "timeouts", "timeouts" },
	[RACE_MISSED] = { "missed", "missed" },
	[RACE_EVICTIONS] = { "evictions", "evictions" },
	[RACE_EVICT_FAILED] = { "evictFailed", "evict_failed" },
};

int module_load(const char *name, const char *parameters)
{
	char path[128];
	int fd, ret = 0;

	snprintf(path, sizeof(path), "/modules/%s.ko", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (syscall(SYS_finit_module, fd, parameters, 0) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* With window 0 it only counts.  A lane sets its own window. */
void race_load(const struct window *window)
{
	char parameters[256];
	int ret;

	snprintf(parameters, sizeof(parameters),
		 "window_us=0 hold=%s hold_arg=%u until=%s until_arg=%u kworkers=%d evicts=%d",
		 window->hold, window->hold_arg, window->until,
		 window->until_arg, window->kworkers, window->evicts);
	ret = module_load("zsharness_race", parameters);
	loaded = !ret;
	evicts = window->evicts;
	if (ret)
		rec_notice("zsharness_race is not loaded: %s", strerror(-ret));
}

bool race_loaded(void)
{
	return loaded;
}

void race_window(unsigned int us)
{
	if (loaded)
		write_number(PARAMETERS "window_us", us);
}

int64_t race_windows(void)
{
	return loaded ? read_number(PARAMETERS "windows") : NONE;
}

bool race_read(struct race_counters *now)
{
	char path[128];
	int i;

	memset(now, 0, sizeof(*now));
	for (i = 0; loaded && i < RACE_COUNTERS; i++) {
		snprintf(path, sizeof(path), PARAMETERS "%s",
			 counters[i].parameter);
		now->value[i] = read_number(path);
	}
	return loaded;
}

static bool of_evictions(int counter)
{
	return counter == RACE_EVICTIONS || counter == RACE_EVICT_FAILED;
}

void race_record_delta(const struct race_counters *from,
		       const struct race_counters *to)
{
	int i;

	if (!loaded) {
		rec_null("race");
		return;
	}
	rec_open("race", '{');
	for (i = 0; i < RACE_COUNTERS; i++)
		if (evicts || !of_evictions(i))
			rec_num(counters[i].key, to->value[i] - from->value[i]);
	rec_close('}');
}

void race_record(const struct race_counters *now)
{
	static const struct race_counters zero;

	race_record_delta(&zero, now);
}
