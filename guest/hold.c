// SPDX-License-Identifier: GPL-2.0
#include "hold.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "failnth.h"
#include "files.h"
#include "records.h"

#define PLAN "/hold"
#define DEBUGFS "/sys/kernel/debug/zsharness_hold/"
#define ARMED_MAX 64
#define LANES_TEXT 128

/* A hold or an override, and the lanes that it is for: "*" or "race,pump". */
struct armed {
	char command[96];
	unsigned int us;
	char lanes[LANES_TEXT];
};

static struct {
	bool loaded;
	int points;
	int results;		/* the point that counts evictions */
	bool counts;		/* it does in this lane */
	unsigned int trial_ms;
	struct armed armed[ARMED_MAX];
	int armed_count;
} hold = { .results = NO_POINT };

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

static int command(const char *text)
{
	return write_text(DEBUGFS "control", text);
}

/* A point that is refused keeps its number; the host hears of it. */
static void add_point(const char *line)
{
	if (hold.points == HOLD_POINTS_MAX) {
		rec_notice("hold: no room for: %s", line);
		return;
	}
	if (command(line) < 0)
		rec_notice("hold point %d is refused: %s: %s", hold.points,
			   line, strerror(errno));
	hold.points++;
}

/* As in "arm 0 1 15000 race,pump". */
static void add_armed(const char *line)
{
	struct armed *armed = &hold.armed[hold.armed_count];
	const char *lanes = strrchr(line, ' ');

	if (hold.armed_count == ARMED_MAX || !lanes) {
		rec_notice("hold: no room for, or cannot read: %s", line);
		return;
	}
	snprintf(armed->lanes, sizeof(armed->lanes), "%s", lanes + 1);
	snprintf(armed->command, sizeof(armed->command), "%.*s",
		 (int)(lanes - line), line);
	sscanf(armed->command, "arm %*d %*d %u", &armed->us);
	hold.armed_count++;
}

/* Only of a return that is there: else nothing is counted as 0. */
static void add_results(const char *line)
{
	int point = atoi(line + strlen("results "));

	if (point < 0 || point >= hold.points || command(line) < 0)
		rec_notice("hold: no point for: %s", line);
	else
		hold.results = point;
}

static void load(void)
{
	int ret = module_load("zsharness_hold", "");

	hold.loaded = !ret;
	if (ret)
		rec_notice("zsharness_hold is not loaded: %s", strerror(-ret));
}

static void read_line(const char *line)
{
	if (!strncmp(line, "probe ", 6)) {
		add_point(line);
	} else if (!strncmp(line, "arm ", 4) ||
		   !strncmp(line, "override ", 9)) {
		add_armed(line);
	} else if (!strncmp(line, "results ", 8)) {
		add_results(line);
	} else if (sscanf(line, "trials %u", &hold.trial_ms) != 1) {
		rec_notice("hold: unknown line: %s", line);
	}
}

void hold_setup(void)
{
	char *plan = read_whole(PLAN), *save = NULL, *line;

	if (!plan)
		return;
	/* Points come first. */
	if (!strncmp(plan, "probe ", 6))
		load();
	for (line = strtok_r(plan, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		if (!failnth_read_line(line) && hold.loaded)
			read_line(line);
	free(plan);
}

bool hold_loaded(void)
{
	return hold.loaded;
}

unsigned int hold_trial_ms(void)
{
	return hold.loaded ? hold.trial_ms : 0;
}

int hold_points(void)
{
	return hold.points;
}

bool hold_is_for(const char *lanes, const char *lane)
{
	size_t len = strlen(lane);
	const char *at = lanes;

	if (!strcmp(at, "*"))
		return true;
	while ((at = strstr(at, lane))) {
		if ((at == lanes || at[-1] == ',') &&
		    (at[len] == ',' || !at[len]))
			return true;
		at += len;
	}
	return false;
}

unsigned int hold_longest_us(const char *lane)
{
	unsigned int longest = 0;
	int i;

	for (i = 0; i < hold.armed_count; i++)
		if (hold_is_for(hold.armed[i].lanes, lane) &&
		    hold.armed[i].us > longest)
			longest = hold.armed[i].us;
	return longest;
}

bool hold_opens(const char *lane)
{
	return hold_longest_us(lane) > 0;
}

void hold_arm(int point, int until, unsigned int us)
{
	char text[64];

	snprintf(text, sizeof(text), "arm %d %d %u", point, until, us);
	command(text);
}

void hold_watch(int point)
{
	char text[32];

	snprintf(text, sizeof(text), "watch %d", point);
	command(text);
}

void hold_disarm(void)
{
	if (hold.loaded)
		command("disarm");
}

/* Where nothing is armed and nobody asks, the module must cost nothing. */
static bool counts_evictions(const char *lane)
{
	return hold.trial_ms || hold_opens(lane) || !strcmp(lane, "restore");
}

void hold_arm_lane(const char *lane)
{
	int i;

	if (!hold.loaded)
		return;
	hold.counts = hold.results != NO_POINT && counts_evictions(lane);
	if (hold.counts)
		hold_watch(hold.results);
	for (i = 0; i < hold.armed_count; i++)
		if (hold_is_for(hold.armed[i].lanes, lane) &&
		    command(hold.armed[i].command) < 0)
			rec_notice("cannot arm a hold point: %s: %s",
				   hold.armed[i].command, strerror(errno));
}

int64_t hold_windows(void)
{
	return hold.loaded ? read_number(DEBUGFS "held") : NONE;
}

static char *read_point(char *line, int64_t value[HOLD_COUNTERS])
{
	int i;

	for (i = 0; i < HOLD_COUNTERS; i++)
		value[i] = strtoll(line, &line, 10);
	return *line == '\n' ? line + 1 : line;
}

void hold_read(struct hold_counters *now)
{
	char *text, *at;
	long long orders;
	int i;

	memset(now, 0, sizeof(*now));
	text = hold.loaded ? read_whole(DEBUGFS "counters") : NULL;
	if (!text)
		return;
	at = text;
	for (i = 0; i < hold.points && i < HOLD_POINTS_MAX; i++)
		at = read_point(at, now->value[i]);
	if (sscanf(at, "orders %lld", &orders) == 1)
		now->orders = orders;
	free(text);
}

static int64_t delta(const struct hold_counters *from,
		     const struct hold_counters *to, int point, int counter)
{
	return to->value[point][counter] - from->value[point][counter];
}

static int64_t total(const struct hold_counters *from,
		     const struct hold_counters *to, int counter)
{
	int64_t sum = 0;
	int i;

	for (i = 0; i < hold.points; i++)
		sum += delta(from, to, i, counter);
	return sum;
}

static void record_totals(const struct hold_counters *from,
			  const struct hold_counters *to, bool evictions)
{
	rec_open("race", '{');
	rec_num("windows", total(from, to, HOLD_HELD));
	rec_num("hits", total(from, to, HOLD_MET));
	rec_num("timeouts", total(from, to, HOLD_TIMED_OUT));
	rec_num("missed", total(from, to, HOLD_MISSED));
	if (evictions) {
		rec_num("evictions",
			delta(from, to, hold.results, HOLD_REACHED));
		rec_num("evictFailed",
			delta(from, to, hold.results, HOLD_NONZERO));
	}
	rec_close('}');
}

static void record_points(const struct hold_counters *from,
			  const struct hold_counters *to)
{
	int i, c;

	rec_open("points", '[');
	for (i = 0; i < hold.points; i++) {
		rec_open(NULL, '[');
		for (c = 0; c < HOLD_COUNTERS; c++)
			rec_num(NULL, delta(from, to, i, c));
		rec_close(']');
	}
	rec_close(']');
}

void hold_record_delta(const struct hold_counters *from,
		       const struct hold_counters *to)
{
	if (!hold.loaded) {
		rec_null("race");
		return;
	}
	record_totals(from, to, hold.counts);
	record_points(from, to);
}

void hold_record(const struct hold_counters *now)
{
	static const struct hold_counters zero;

	if (hold.loaded)
		record_totals(&zero, now, hold.results != NO_POINT);
	else
		rec_null("race");
}
