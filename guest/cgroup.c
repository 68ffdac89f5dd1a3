// SPDX-License-Identifier: GPL-2.0
#include "cgroup.h"

#include <sys/stat.h>

#include "files.h"
#include "records.h"

#define ROOT "/sys/fs/cgroup"
#define LOAD ROOT "/load"

static bool ready;

bool cgroup_setup(void)
{
	int ret = write_text(ROOT "/cgroup.subtree_control", "+memory");

	if (!ret && mkdir(LOAD, 0755) < 0)
		ret = -1;
	ready = !ret && read_number(LOAD "/memory.current") != NONE;
	if (!ready)
		rec_notice("no memory cgroup: lanes run without a limit");
	return ready;
}

void cgroup_limit_kib(int64_t kib)
{
	if (ready)
		write_number(LOAD "/memory.max", kib * 1024);
}

void cgroup_join(void)
{
	if (ready)
		write_text(LOAD "/cgroup.procs", "0");
}

bool cgroup_ready(void)
{
	return ready;
}

void cgroup_reclaim(void)
{
	int64_t held;

	if (!ready)
		return;
	held = read_number(LOAD "/memory.current");
	if (held != NONE && held > 0)
		write_number(LOAD "/memory.reclaim", held);
}

void cgroup_reclaim_kib(int64_t kib)
{
	if (ready)
		write_number(LOAD "/memory.reclaim", kib * 1024);
}

bool cgroup_limit_zswap_kib(int64_t kib)
{
	if (!ready)
		return false;
	if (kib == CGROUP_ZSWAP_NONE)
		return !write_text(LOAD "/memory.zswap.max", "max");
	return !write_number(LOAD "/memory.zswap.max", kib * 1024);
}
