// SPDX-License-Identifier: GPL-2.0
#include "crew.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "balance.h"
#include "canary.h"
#include "cgroup.h"
#include "failnth.h"
#include "files.h"
#include "lane.h"
#include "orders.h"
#include "records.h"
#include "trials.h"

#define TICK_MS 50
#define WORKER_NICE 10
#define QUIET_EVERY_MS 5000
#define HALT_LIMIT_MS 5000
#define STOP_LIMIT_MS 10000

struct crew {
	struct lane_run *run;
	pid_t pid[WORKERS_MAX];
	int count, alive;
	char trouble[128];
};

static void worker_main(struct lane_run *run, worker_fn fn, int number,
			int count)
{
	struct worker worker = {
		.number = number,
		.crew = count,
		.cpus = sysconf(_SC_NPROCESSORS_ONLN),
		.seed = run->seed,
		.random = run->seed ^ mix64(number + 1),
		.shared = run->shared,
	};

	cgroup_join();
	/* The shrink worker is under test, so it gets the CPU first. */
	setpriority(PRIO_PROCESS, 0, WORKER_NICE);
	write_text("/proc/self/oom_score_adj", "500");
	fn(&worker);
	_exit(0);
}

static void crew_start(struct crew *crew, const worker_fn *fn)
{
	int i;

	atomic_store(&crew->run->shared->order, ORDER_RUN);
	atomic_store(&crew->run->shared->waiting, 0);
	for (i = 0; i < crew->count; i++) {
		pid_t pid = fork();

		if (!pid)
			worker_main(crew->run, fn[i], i, crew->count);
		crew->pid[i] = pid;
		if (pid > 0)
			crew->alive++;
		else
			snprintf(crew->trouble, sizeof(crew->trouble),
				 "cannot fork worker %d", i);
	}
}

static void note_exit(struct crew *crew, int number, int status)
{
	crew->pid[number] = 0;
	crew->alive--;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return;
	snprintf(crew->trouble, sizeof(crew->trouble),
		 "worker %d died: %s %d", number,
		 WIFSIGNALED(status) ? "signal" : "exit",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void crew_reap(struct crew *crew)
{
	int status, i;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < crew->count; i++)
			if (crew->pid[i] == pid)
				note_exit(crew, i, status);
}

static bool crew_halt(struct crew *crew)
{
	struct shared *shared = crew->run->shared;
	int64_t end = now_ms() + HALT_LIMIT_MS;

	atomic_store(&shared->order, ORDER_HALT);
	while (atomic_load(&shared->waiting) < crew->alive && now_ms() < end) {
		usleep(2000);
		crew_reap(crew);
	}
	return atomic_load(&shared->waiting) >= crew->alive;
}

static void crew_quiet(struct crew *crew)
{
	if (crew_halt(crew))
		balance_quiet(crew->run->name);
	else
		rec_notice("%s: a worker does not halt; no quiet point",
			   crew->run->name);
	atomic_store(&crew->run->shared->order, ORDER_RUN);
}

static void crew_watch(struct crew *crew)
{
	struct lane_run *run = crew->run;
	int64_t end = run->start_ms + run->seconds * 1000LL;
	int64_t sample = run->start_ms + 1000;
	int64_t quiet = run->start_ms + QUIET_EVERY_MS;

	while (now_ms() < end && crew->alive && !crew->trouble[0]) {
		usleep(TICK_MS * 1000);
		crew_reap(crew);
		trials_tick(run);
		failnth_tick();
		if (now_ms() >= sample) {
			lane_sample(run);
			sample += 1000;
		}
		if (now_ms() >= quiet && !run->lane->mixes_pools) {
			crew_quiet(crew);
			quiet = now_ms() + QUIET_EVERY_MS;
		}
	}
}

static void crew_kill(struct crew *crew)
{
	int i;

	for (i = 0; i < crew->count; i++)
		if (crew->pid[i] > 0)
			kill(crew->pid[i], SIGKILL);
	snprintf(crew->trouble, sizeof(crew->trouble),
		 "%d worker(s) did not stop and were killed", crew->alive);
}

static void crew_stop(struct crew *crew)
{
	bool killed = false;
	int64_t end;

	if (crew_halt(crew))
		canary_before_stop(crew->run->config);
	end = now_ms() + STOP_LIMIT_MS;
	atomic_store(&crew->run->shared->order, ORDER_STOP);
	while (crew->alive > 0 && now_ms() < end) {
		crew_reap(crew);
		usleep(2000);
		if (crew->alive && now_ms() >= end && !killed) {
			crew_kill(crew);
			killed = true;
			end += STOP_LIMIT_MS / 2;
		}
	}
}

const char *crew_run(struct lane_run *run, const worker_fn *fn, int count)
{
	static struct crew crew;

	memset(&crew, 0, sizeof(crew));
	crew.run = run;
	crew.count = count;
	crew_start(&crew, fn);
	crew_watch(&crew);
	if (!crew.alive && now_ms() - run->start_ms < run->seconds * 1000LL &&
	    !crew.trouble[0])
		snprintf(crew.trouble, sizeof(crew.trouble),
			 "the workers ended early");
	crew_stop(&crew);
	return crew.trouble[0] ? crew.trouble : NULL;
}
