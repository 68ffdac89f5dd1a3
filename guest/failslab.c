// SPDX-License-Identifier: GPL-2.0
#include "failslab.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "files.h"

#define FAILSLAB "/sys/kernel/debug/failslab/"
#define PERCENT 5

static void mark_kworker(const char *pid, bool on)
{
	char path[320], name[64];

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	if (read_text(path, name, sizeof(name)) <= 0 ||
	    strncmp(name, "kworker/", 8))
		return;
	snprintf(path, sizeof(path), "/proc/%s/make-it-fail", pid);
	write_text(path, on ? "1" : "0");
}

static void mark_kworkers(bool on)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			mark_kworker(entry->d_name, on);
	closedir(dir);
}

void failslab_kworkers(bool on)
{
	if (access(FAILSLAB "probability", F_OK))
		return;
	write_text(FAILSLAB "task-filter", "Y");
	write_text(FAILSLAB "ignore-gfp-wait", "N");
	write_text(FAILSLAB "verbose", "0");
	write_text(FAILSLAB "times", "-1");
	write_number(FAILSLAB "probability", on ? PERCENT : 0);
	mark_kworkers(on);
}
