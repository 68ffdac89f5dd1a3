// SPDX-License-Identifier: GPL-2.0
#include "hello.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "files.h"
#include "hold.h"
#include "records.h"
#include "swapdev.h"
#include "watchdogs.h"
#include "zswap.h"

#define PROTOCOL 1

static void record_system(void)
{
	struct utsname name = { 0 };
	struct sysinfo info = { 0 };
	char cmdline[4096];

	uname(&name);
	sysinfo(&info);
	read_text("/proc/cmdline", cmdline, sizeof(cmdline));
	rec_str("release", name.release);
	rec_str("version", name.version);
	rec_str("machine", name.machine);
	rec_str("cmdline", cmdline);
	rec_num("cpusOnline", sysconf(_SC_NPROCESSORS_ONLN));
	rec_num("cpusPossible", sysconf(_SC_NPROCESSORS_CONF));
	rec_num("memTotalKiB", info.totalram / 1024 * info.mem_unit);
	rec_num("pageSize", sysconf(_SC_PAGESIZE));
}

static void record_plan(const struct config *config)
{
	char seed[32];
	unsigned int i;

	snprintf(seed, sizeof(seed), "%" PRIu64, config->seed);
	rec_str("seed", seed);
	rec_open("lanes", '[');
	for (i = 0; i < config->lane_count; i++)
		rec_str(NULL, config->lanes[i].name);
	rec_close(']');
}

static void record_watchdogs(void)
{
	struct watchdogs dogs = watchdogs_read();

	rec_open("watchdogs", '{');
	rec_num("softlockupS", dogs.softlockup_s);
	rec_num("hungTaskS", dogs.hung_task_s);
	rec_num("rcuStallS", dogs.rcu_stall_s);
	rec_close('}');
}

/* For a debugger that comes later. */
static void record_sections(void)
{
	static const char place[] = "/sys/module/zsharness_hold/sections";
	DIR *dir = opendir(place);
	struct dirent *entry;

	rec_open("holdSections", '{');
	while (dir && (entry = readdir(dir))) {
		char path[340], text[64];

		snprintf(path, sizeof(path), "%s/%.256s", place, entry->d_name);
		if (read_text(path, text, sizeof(text)) > 0)
			rec_str(entry->d_name, text);
	}
	rec_close('}');
	if (dir)
		closedir(dir);
}

void hello_record(const struct config *config)
{
	rec_begin("hello");
	rec_num("protocol", PROTOCOL);
	record_system();
	record_plan(config);
	zswap_record_live();
	swapdev_record();
	rec_bool("holdModule", hold_loaded());
	record_sections();
	record_watchdogs();
	rec_num("taint", taint_flags());
	rec_send();
}
