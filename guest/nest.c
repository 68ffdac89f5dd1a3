// SPDX-License-Identifier: GPL-2.0
#include "nest.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "records.h"

#define OUTER "/sys/fs/cgroup/nest"
#define INNER OUTER "/inner"
#define RECLAIM_MS 2000

static const char *file_of(enum nested which, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s",
		 which == NEST_OUTER ? OUTER : INNER, name);
	return path;
}

bool nest_make(int64_t memory_kib)
{
	if (mkdir(OUTER, 0755) < 0 ||
	    write_text(OUTER "/cgroup.subtree_control", "+memory") ||
	    mkdir(INNER, 0755) < 0)
		return false;
	write_number(OUTER "/memory.max", memory_kib * 1024);
	return read_number(INNER "/memory.zswap.writeback") == 1 &&
	       nest_zswap_bytes(NEST_INNER) == 0 &&
	       nest_written_back() == 0;
}

/* Pages that were locked when their task freed them are still charged. */
static void reclaim_all(void)
{
	int64_t end = now_ms() + RECLAIM_MS, held;

	while (now_ms() < end) {
		held = read_number(OUTER "/memory.current");
		if (held <= 0)
			return;
		if (write_number(OUTER "/memory.reclaim", held))
			usleep(20000);
	}
}

void nest_remove(void)
{
	nest_allow_writeback(NEST_OUTER, true);
	nest_allow_writeback(NEST_INNER, true);
	reclaim_all();
	rmdir(INNER);
	rmdir(OUTER);
}

bool nest_join_inner(void)
{
	return !write_text(INNER "/cgroup.procs", "0");
}

bool nest_allow_writeback(enum nested which, bool allow)
{
	return !write_number(file_of(which, "memory.zswap.writeback"), allow);
}

bool nest_limit_zswap(enum nested which, const char *limit)
{
	return !write_text(file_of(which, "memory.zswap.max"), limit);
}

int64_t nest_zswap_bytes(enum nested which)
{
	return read_number(file_of(which, "memory.zswap.current"));
}

int64_t nest_written_back(void)
{
	return read_key(INNER "/memory.stat", "zswpwb");
}
