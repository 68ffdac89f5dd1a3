// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "drain.h"

#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "crew.h"
#include "records.h"
#include "zswap.h"

#define LIMIT_MS 10000
/* Several times the 64 freed slots that a CPU may keep. */
#define FLUSH_PAGES 320
#define WRITE_MS 60

/*
 * A freed swap slot stays in a cache of its CPU, and its zswap entry stays
 * with it.  Slots that were never in zswap push such slots out.
 */
static void flush_slots(int cpu)
{
	size_t bytes = FLUSH_PAGES * PAGE_BYTES, i;
	uint8_t *base;

	cgroup_join();
	worker_pin(cpu);
	base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED)
		return;
	for (i = 0; i < bytes; i += PAGE_BYTES)
		memset(base + i, 1 + i / PAGE_BYTES % 251, PAGE_BYTES / 2);
	madvise(base, bytes, MADV_PAGEOUT);
	/* A page that is still being written keeps its slot. */
	usleep(WRITE_MS * 1000);
	madvise(base, bytes, MADV_DONTNEED);
}

static void flush_all_slots(void)
{
	int cpus = sysconf(_SC_NPROCESSORS_ONLN), cpu;

	for (cpu = 0; cpu < cpus; cpu++) {
		pid_t pid = fork();

		if (!pid) {
			flush_slots(cpu);
			_exit(0);
		}
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
}

static bool drained(void)
{
	struct zswap_counters zswap;

	zswap_read(&zswap);
	return zswap.value[ZSWAP_STORED] == NONE ||
	       zswap.value[ZSWAP_STORED] == 0;
}

void drain(void)
{
	int64_t end = now_ms() + LIMIT_MS;
	bool was_on = zswap_is_on();

	/* Pages freed while they were locked stay in the swap cache. */
	cgroup_reclaim();
	zswap_enable(false);
	while (!drained() && now_ms() < end) {
		flush_all_slots();
		cgroup_reclaim();
	}
	/* The user may have switched it off for the whole boot. */
	if (was_on)
		zswap_enable(true);
}
