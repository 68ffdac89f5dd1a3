// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "shell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "lane.h"
#include "port.h"
#include "records.h"

#define ASK "/shell/ask"
#define ANSWER "/shell/answer"
#define PROGRAM "/bin/busybox"
#define DEFAULT_SECONDS 20
#define LOOK_MS 200

/* /dev/console cannot be a controlling terminal; the device behind it can. */
static void use_terminal(void)
{
	char name[64], path[80];
	int fd, to;

	if (read_text("/sys/class/tty/console/active", name, sizeof(name)) < 0)
		return;
	name[strcspn(name, " \n")] = 0;
	snprintf(path, sizeof(path), "/dev/%s", name);
	setsid();
	fd = open(path, O_RDWR);
	if (fd < 0)
		return;
	ioctl(fd, TIOCSCTTY, 0);
	for (to = 0; to <= 2; to++)
		dup2(fd, to);
	if (fd > 2)
		close(fd);
}

static void become_shell(void)
{
	char *argv[] = { "sh", "-i", NULL };
	char *env[] = { "HOME=/", "PATH=/bin", "TERM=linux", "PS1=# ",
			"ENV=/shell/profile", NULL, NULL };
	char size[64];

	/* Pid 1 has a better one, and ignores this signal. */
	setpriority(PRIO_PROCESS, 0, 0);
	signal(SIGPIPE, SIG_DFL);
	snprintf(size, sizeof(size), "SIZE=%s", getenv("zsharness_shell"));
	env[5] = size;
	use_terminal();
	execve(PROGRAM, argv, env);
	say("no shell: %s: %s", PROGRAM, strerror(errno));
	_exit(127);
}

/* The records of the lane go to whoever asked. */
static void answer(const struct config *config, const char *line)
{
	struct lane_plan plan = { .seconds = DEFAULT_SECONDS };
	int fd, before;

	if (sscanf(line, "%31s %u", plan.name, &plan.seconds) < 1)
		return;
	if (!plan.seconds)
		plan.seconds = DEFAULT_SECONDS;
	/* Waits until somebody reads. */
	fd = open(ANSWER, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	before = port_swap(fd);
	lane_run(config, &plan);
	port_swap(before);
	close(fd);
}

static void read_ask(const struct config *config, int fd)
{
	static char text[256];
	static size_t used;
	ssize_t got = read(fd, text + used, sizeof(text) - 1 - used);
	char *end;

	if (got <= 0)
		return;
	used += got;
	text[used] = 0;
	while ((end = strchr(text, '\n'))) {
		*end = 0;
		answer(config, text);
		used -= end + 1 - text;
		memmove(text, end + 1, used + 1);
	}
	if (used == sizeof(text) - 1)
		used = 0;
}

/* A lane reaps every child, so the shell may be gone without a trace. */
static bool has_ended(pid_t pid)
{
	pid_t got = waitpid(pid, NULL, WNOHANG);

	return got == pid || (got < 0 && errno == ECHILD);
}

void shell_serve(const struct config *config)
{
	struct pollfd ask = { .events = POLLIN };
	pid_t pid;

	mkfifo(ASK, 0600);
	mkfifo(ANSWER, 0600);
	/* With a writer of its own it never ends. */
	ask.fd = open(ASK, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	pid = fork();
	if (!pid)
		become_shell();
	while (pid > 0 && !has_ended(pid))
		if (poll(&ask, 1, LOOK_MS) > 0)
			read_ask(config, ask.fd);
}
