// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel counts /proc/PID/task/TID/fail-nth down at each allocation of the
 * task, and lets the one fail that makes it 0.
 */
#include "failnth.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "hold.h"
#include "records.h"

#define FAILSLAB "/sys/kernel/debug/failslab/"
#define STEP_MS 300
#define SWEEPS_MAX 16
#define TASKS_MAX 128
#define KERNEL_THREAD 0x00200000	/* PF_KTHREAD */

struct sweep {
	unsigned int from, to;
	char whom[32];			/* tasks, kworkers or comm:NAME */
	char lanes[128];
	unsigned int next;		/* 0: not in this lane */
	int64_t set, injected;
};

/* A task of which an allocation is to fail. */
struct victim {
	int fd;				/* of its fail-nth */
	struct sweep *sweep;
};

struct task {
	char name[64];
	bool is_kernel;
};

static struct sweep sweeps[SWEEPS_MAX];
static int sweep_count;
static struct victim victims[TASKS_MAX];
static int victim_count;
static bool running;
static int64_t next_ms;

bool failnth_read_line(const char *line)
{
	struct sweep sweep = { 0 };

	if (strncmp(line, "failnth ", 8))
		return false;
	if (sscanf(line, "failnth %u %u %31s %127s", &sweep.from, &sweep.to,
		   sweep.whom, sweep.lanes) == 4 && sweep_count < SWEEPS_MAX)
		sweeps[sweep_count++] = sweep;
	else
		rec_notice("hold: no room for, or cannot read: %s", line);
	return true;
}

static bool read_task(const char *pid, const char *tid, struct task *task)
{
	char path[640], text[512], *name, *end;
	unsigned int flags;

	snprintf(path, sizeof(path), "/proc/%s/task/%s/stat", pid, tid);
	if (read_text(path, text, sizeof(text)) <= 0)
		return false;
	name = strchr(text, '(');
	end = strrchr(text, ')');
	/* state ppid pgrp session tty tpgid flags */
	if (!name || !end ||
	    sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %u", &flags) != 1)
		return false;
	*end = '\0';
	snprintf(task->name, sizeof(task->name), "%s", name + 1);
	task->is_kernel = flags & KERNEL_THREAD;
	return true;
}

/* A kworker has its work behind its name: kworker/0:1-events. */
static bool has_name(const struct task *task, const char *name)
{
	size_t len = strlen(name);
	const char *rest = task->name + len;

	if (strncmp(task->name, name, len))
		return false;
	return !*rest || (task->is_kernel && (*rest == '-' || *rest == '+'));
}

static bool is_meant(const struct sweep *sweep, const struct task *task)
{
	if (!strcmp(sweep->whom, "tasks"))
		return !task->is_kernel;
	if (!strcmp(sweep->whom, "kworkers"))
		return task->is_kernel && !strncmp(task->name, "kworker/", 8);
	return has_name(task, sweep->whom + strlen("comm:"));
}

static struct sweep *sweep_for(const struct task *task)
{
	int i;

	for (i = 0; i < sweep_count; i++)
		if (sweeps[i].next && is_meant(&sweeps[i], task))
			return &sweeps[i];
	return NULL;
}

static bool set_nth(int fd, unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	return pwrite(fd, text, len, 0) == len;
}

static void set_task(const char *pid, const char *tid)
{
	struct victim *victim = &victims[victim_count];
	struct task task;
	char path[640];

	if (victim_count == TASKS_MAX || !read_task(pid, tid, &task))
		return;
	victim->sweep = sweep_for(&task);
	if (!victim->sweep)
		return;
	snprintf(path, sizeof(path), "/proc/%s/task/%s/fail-nth", pid, tid);
	/* The file stays that of this task, whoever gets its number later. */
	victim->fd = open(path, O_RDWR | O_CLOEXEC);
	if (victim->fd < 0)
		return;
	if (set_nth(victim->fd, victim->sweep->next)) {
		victim->sweep->set++;
		victim_count++;
	} else {
		close(victim->fd);
	}
}

static void each_number(const char *path,
			void (*use)(const char *pid, const char *name),
			const char *pid)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			use(pid, entry->d_name);
	closedir(dir);
}

/* Not pid 1 itself: what it could not do would be no result. */
static void set_process(const char *unused, const char *pid)
{
	char path[320];

	(void)unused;
	if (atoi(pid) == getpid())
		return;
	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	each_number(path, set_task, pid);
}

static void set_all(void)
{
	int i;

	each_number("/proc", set_process, NULL);
	for (i = 0; i < sweep_count; i++)
		if (sweeps[i].next && sweeps[i].next++ == sweeps[i].to)
			sweeps[i].next = sweeps[i].from;
}

/* A task that has ended meanwhile cannot be read; it does not count. */
static void collect(void)
{
	char text[16];
	int i;

	for (i = 0; i < victim_count; i++) {
		ssize_t len = pread(victims[i].fd, text, sizeof(text) - 1, 0);

		text[len > 0 ? len : 0] = '\0';
		if (len > 0 && !atoi(text))
			victims[i].sweep->injected++;
		else
			set_nth(victims[i].fd, 0);
		close(victims[i].fd);
	}
	victim_count = 0;
}

void failnth_clear(void)
{
	int i;

	for (i = 0; i < sweep_count; i++)
		sweeps[i].next = sweeps[i].set = sweeps[i].injected = 0;
}

void failnth_begin(const char *lane)
{
	int i;

	for (i = 0; i < sweep_count; i++) {
		if (!hold_is_for(sweeps[i].lanes, lane))
			continue;
		sweeps[i].next = sweeps[i].from;
		running = true;
	}
	if (!running)
		return;
	write_text(FAILSLAB "verbose", "0");
	write_text(FAILSLAB "ignore-gfp-wait", "N");
	next_ms = now_ms();
}

void failnth_tick(void)
{
	if (!running || now_ms() < next_ms)
		return;
	collect();
	set_all();
	next_ms = now_ms() + STEP_MS;
}

void failnth_end(void)
{
	collect();
	running = false;
}

void failnth_record(void)
{
	int i;

	if (!sweep_count)
		return;
	rec_open("failNth", '[');
	for (i = 0; i < sweep_count; i++) {
		rec_open(NULL, '[');
		rec_num(NULL, sweeps[i].set);
		rec_num(NULL, sweeps[i].injected);
		rec_close(']');
	}
	rec_close(']');
}
