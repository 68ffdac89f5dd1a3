// SPDX-License-Identifier: GPL-2.0
/*
 * The programs of the user, all at once.  They run as root and may do what
 * they like, so nothing that they leave is taken for the kernel's fault: no
 * balance follows, and no other lane.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../failnth.h"
#include "../lane.h"
#include "../launch.h"
#include "../output.h"
#include "../programs.h"
#include "../records.h"
#include "../trials.h"
#include "../watchdogs.h"

#define PROCESSES_MAX 64
#define STREAMS 2
#define TICK_MS 50
#define PAUSE_US 2000
#define TERM_MS 2000
/* Behind the limit of the detector of hung tasks. */
#define GONE_EXTRA_MS 20000
#define REAPED_AT_ONCE 4096

struct runner {
	struct program *program;
	pid_t pid[PROCESSES_MAX];	/* 0: ended */
	int status[PROCESSES_MAX];	/* of wait(2) */
	int started, alive;
	int64_t ended_ms;		/* when the last one ended */
	bool timed_out;
	int error;			/* of the exec */
	struct output output[STREAMS];
};

static struct runner runners[PROGRAMS_MAX];
static struct programs programs;

static void open_outputs(struct runner *runner, int number, int *ends)
{
	static const char * const names[STREAMS] = { "stdout", "stderr" };
	int i;

	for (i = 0; i < STREAMS; i++) {
		runner->output[i].number = number;
		runner->output[i].name = runner->program->name;
		runner->output[i].stream = names[i];
		ends[i] = output_open(&runner->output[i]);
	}
}

static void start_processes(struct runner *runner, struct launch *launch)
{
	int i;

	for (i = 0; i < programs.processes && !runner->error; i++) {
		pid_t pid;

		launch->process = i;
		pid = launch_process(launch);
		if (pid < 0) {
			runner->error = -pid;
			return;
		}
		runner->pid[i] = pid;
		runner->started++;
		runner->alive++;
	}
}

static void start_program(struct lane_run *run, int number)
{
	struct runner *runner = &runners[number];
	struct launch launch = {
		.program = &programs.program[number],
		.number = number,
		.seed = run->seed,
	};
	int ends[STREAMS], i;

	memset(runner, 0, sizeof(*runner));
	runner->program = &programs.program[number];
	open_outputs(runner, number, ends);
	launch.out = ends[0];
	launch.err = ends[1];
	rec_begin("workloadStart");
	rec_str("lane", run->name);
	rec_num("program", number);
	rec_str("name", runner->program->name);
	rec_num("processes", programs.processes);
	rec_send();
	start_processes(runner, &launch);
	for (i = 0; i < STREAMS; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	if (runner->error)
		lane_fail(run, strerror(runner->error));
}

static int alive(void)
{
	int sum = 0, i;

	for (i = 0; i < programs.count; i++)
		sum += runners[i].alive;
	return sum;
}

static void note_exit(pid_t pid, int status)
{
	int i, j;

	for (i = 0; i < programs.count; i++)
		for (j = 0; j < runners[i].started; j++)
			if (runners[i].pid[j] == pid) {
				runners[i].pid[j] = 0;
				runners[i].status[j] = status;
				runners[i].alive--;
				runners[i].ended_ms = now_ms();
			}
}

/* False when no child is left; those of the programs end up here too. */
static bool reap(void)
{
	int reaped, status;
	pid_t pid = 0;

	for (reaped = 0; reaped < REAPED_AT_ONCE; reaped++) {
		pid = waitpid(-1, &status, WNOHANG);
		if (pid <= 0)
			break;
		note_exit(pid, status);
	}
	return pid >= 0 || errno != ECHILD;
}

static void each_output(void (*use)(struct output *output))
{
	int i, j;

	for (i = 0; i < programs.count; i++)
		for (j = 0; j < STREAMS; j++)
			use(&runners[i].output[j]);
}

/* Wait for output, but not for long. */
static void wait_output(void)
{
	struct pollfd fds[PROGRAMS_MAX * STREAMS];
	int count = 0, i, j;

	for (i = 0; i < programs.count; i++)
		for (j = 0; j < STREAMS; j++)
			if (runners[i].output[j].fd >= 0)
				fds[count++] = (struct pollfd) {
					.fd = runners[i].output[j].fd,
					.events = POLLIN,
				};
	poll(fds, count, TICK_MS);
	/* A program that writes without end must not keep us busy. */
	usleep(PAUSE_US);
}

/* One step of the watch.  False when no child is left. */
static bool tick(struct lane_run *run, int64_t *sample)
{
	bool left;

	wait_output();
	each_output(output_read);
	left = reap();
	trials_tick(run);
	failnth_tick();
	if (now_ms() >= *sample) {
		each_output(output_flush);
		lane_sample(run);
		*sample = now_ms() + 1000;
	}
	return left;
}

static void signal_groups(int sig)
{
	int i, j;

	for (i = 0; i < programs.count; i++)
		for (j = 0; j < runners[i].started; j++)
			if (runners[i].pid[j] > 0) {
				runners[i].timed_out = true;
				kill(-runners[i].pid[j], sig);
			}
}

static int64_t gone_limit_ms(void)
{
	int64_t limit_s = watchdogs_read().hung_task_s;

	if (limit_s == NONE || limit_s <= 0)
		limit_s = 0;
	return limit_s * 1000 + GONE_EXTRA_MS;
}

/*
 * End every process but this one: a program may have left its group.  One that
 * cannot be killed is given the time in which the kernel reports it.
 */
static void end_all(struct lane_run *run, int64_t *sample)
{
	int64_t limit = now_ms() + gone_limit_ms();
	bool left = true;

	while (left && now_ms() < limit) {
		kill(-1, SIGKILL);
		left = tick(run, sample);
	}
	if (left)
		lane_fail(run, "a process cannot be killed");
}

static void watch(struct lane_run *run)
{
	int64_t end = run->start_ms + run->seconds * 1000LL;
	int64_t sample = run->start_ms + 1000;

	while (alive() && now_ms() < end)
		tick(run, &sample);
	if (alive()) {
		signal_groups(SIGTERM);
		end = now_ms() + TERM_MS;
		while (alive() && now_ms() < end)
			tick(run, &sample);
	}
	end_all(run, &sample);
}

/* The numbers of equal ends: of exits, or of deaths by a signal. */
static void record_ends(const struct runner *runner, const char *key,
			const char *what, bool by_signal)
{
	int code, i, count;

	rec_open(key, '[');
	for (code = 0; code < 256; code++) {
		for (count = i = 0; i < runner->started; i++) {
			int status = runner->status[i];

			if (runner->pid[i] || WIFSIGNALED(status) != by_signal)
				continue;
			if (code == (by_signal ? WTERMSIG(status) :
				     WEXITSTATUS(status)))
				count++;
		}
		if (!count)
			continue;
		rec_open(NULL, '{');
		rec_num(what, code);
		rec_num("count", count);
		rec_close('}');
	}
	rec_close(']');
}

static void record_end(struct lane_run *run, int number)
{
	struct runner *runner = &runners[number];
	int64_t end = runner->ended_ms;

	if (runner->alive || !runner->started)
		end = now_ms();
	rec_begin("workloadEnd");
	rec_str("lane", run->name);
	rec_num("program", number);
	rec_str("name", runner->program->name);
	rec_num("processes", runner->started);
	rec_str("error", runner->error ? strerror(runner->error) : NULL);
	record_ends(runner, "exits", "status", false);
	record_ends(runner, "signals", "signal", true);
	rec_num("alive", runner->alive);
	rec_bool("timedOut", runner->timed_out);
	rec_num("elapsedMs", end - run->start_ms);
	rec_num("stdoutBytes", runner->output[0].total);
	rec_num("stderrBytes", runner->output[1].total);
	rec_send();
}

static void workload_run(struct lane_run *run)
{
	const char *wrong = programs_read(&programs);
	int i;

	if (!wrong && programs.processes > PROCESSES_MAX)
		wrong = "too many processes";
	if (!wrong)
		wrong = launch_prepare();
	if (wrong) {
		lane_fail(run, wrong);
		return;
	}
	/* However many they become, this one must get a CPU. */
	setpriority(PRIO_PROCESS, 0, -20);
	for (i = 0; i < programs.count; i++)
		start_program(run, i);
	watch(run);
	setpriority(PRIO_PROCESS, 0, 0);
	each_output(output_close);
	for (i = 0; i < programs.count; i++)
		record_end(run, i);
}

DEFINE_LANE(workload,
	.is_foreign = true,
	.run = workload_run
);
