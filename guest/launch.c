// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "files.h"

#define PLACE "/work"

const char *launch_prepare(void)
{
	mkdir(PLACE, 0755);
	mkdir("/tmp", 01777);
	/*
	 * Nothing frees the memory of files when a program is killed.  Each
	 * may fill these, and the guest must have enough left.
	 */
	mount(NULL, "/", NULL, MS_REMOUNT, "size=20%");
	mount(NULL, "/dev", NULL, MS_REMOUNT, "size=10%");
	if (mount("tmpfs", PLACE, "tmpfs", 0, "size=25%") < 0 &&
	    errno != EBUSY)
		return "cannot mount a tmpfs on " PLACE;
	return NULL;
}

static void use_streams(int out, int err)
{
	int in = open("/dev/null", O_RDONLY);

	dup2(in, 0);
	dup2(out, 1);
	dup2(err, 2);
}

static void become(const struct launch *launch)
{
	setpgid(0, 0);
	/* Pid 1 has a better one. */
	setpriority(PRIO_PROCESS, 0, 0);
	/* Ignored signals stay ignored in a new program. */
	signal(SIGPIPE, SIG_DFL);
	/* A reset that a program orders would look like a lost guest. */
	prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT);
	cgroup_join();
	write_text("/proc/self/oom_score_adj", "500");
	use_streams(launch->out, launch->err);
	if (chdir(PLACE) < 0)
		_exit(127);
}

static void execute(const struct launch *launch)
{
	char path[32], seed[48], process[48];
	char *env[] = { "HOME=/", "PATH=/", "TMPDIR=/tmp", seed, process, NULL };

	snprintf(path, sizeof(path), "/workloads/%d", launch->number);
	snprintf(seed, sizeof(seed), "ZSHARNESS_SEED=%" PRIu64, launch->seed);
	snprintf(process, sizeof(process), "ZSHARNESS_PROCESS=%d",
		 launch->process);
	execve(path, launch->program->argv, env);
}

static pid_t failed(pid_t pid, int error)
{
	waitpid(pid, NULL, 0);
	return -error;
}

pid_t launch_process(const struct launch *launch)
{
	int ends[2], error = 0;
	pid_t pid;

	/* It closes when the program begins, and else brings the error. */
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (!pid) {
		become(launch);
		execute(launch);
		error = errno;
		if (write(ends[1], &error, sizeof(error)) < 0)
			error = 0;
		_exit(127);
	}
	error = errno;
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -error;
	}
	if (read(ends[0], &error, sizeof(error)) != sizeof(error))
		error = 0;
	close(ends[0]);
	return error ? failed(pid, error) : pid;
}
