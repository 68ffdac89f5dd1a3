// SPDX-License-Identifier: GPL-2.0
/*
 * A thread that loops without any call of instrumentation: no bound on steps or
 * blocks sees it. A timer does, and ends the execution as no-end.
 */
#include <signal.h>
#include <sys/time.h>

#include "defect.h"
#include "executed.h"
#include "failure.h"
#include "fiber.h"

#define TICK_MS 250
/* Of this process's own time, so a busy host does not count. */
#define HUNG_MS 3000
/* Code of ours that the kernel's calls may be where every tick falls. */
#define LOST_MS 60000

static unsigned long last_seen;
static int same_for_ms;

static void hung(void)
{
	fail(FAIL_NO_END, "no end: one thread ran for %d s without an access, an atomic or a lock",
	     HUNG_MS / 1000);
}

static void tick(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	if (!fiber_running() || executed_calls() != last_seen) {
		last_seen = executed_calls();
		same_for_ms = 0;
		return;
	}
	same_for_ms += TICK_MS;
	if (same_for_ms > LOST_MS)
		crash_is_ours("a loop", context);
	if (same_for_ms < HUNG_MS || !crash_is_theirs(context))
		return;
	same_for_ms = 0;
	crash_go_on_in(hung, context);
}

void hang_watch(void)
{
	struct sigaction action = { .sa_sigaction = tick,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART };
	struct timeval every = { 0, TICK_MS * 1000 };
	struct itimerval timer = { every, every };

	if (sigaction(SIGVTALRM, &action, NULL) || setitimer(ITIMER_VIRTUAL, &timer, NULL))
		defect("no timer");
}
