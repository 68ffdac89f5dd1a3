// SPDX-License-Identifier: GPL-2.0
/* pid 1 of the guest: set up, run the lanes, send the end, reboot. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "canary.h"
#include "cgroup.h"
#include "config.h"
#include "files.h"
#include "hello.h"
#include "hold.h"
#include "lane.h"
#include "port.h"
#include "records.h"
#include "shell.h"
#include "squeeze.h"
#include "swapdev.h"

static void mount_one(const char *type, const char *path)
{
	mkdir(path, 0755);
	if (mount(type, path, type, 0, NULL) < 0 && errno != EBUSY)
		rec_notice("cannot mount %s on %s: %s", type, path,
			   strerror(errno));
}

static void mount_all(void)
{
	mount_one("devtmpfs", "/dev");
	mount_one("proc", "/proc");
	mount_one("sysfs", "/sys");
	mount_one("debugfs", "/sys/kernel/debug");
	mount_one("cgroup2", "/sys/fs/cgroup");
}

static void use_console(void)
{
	int fd = open("/dev/console", O_RDWR), to;

	if (fd < 0)
		return;
	for (to = 0; to <= 2; to++)
		dup2(fd, to);
	if (fd > 2)
		close(fd);
}

static void leave(unsigned int settle_ms)
{
	usleep(settle_ms * 1000);
	sync();
	port_close();
	for (;;) {
		reboot(RB_AUTOBOOT);
		sleep(1);
	}
}

/* If pid 1 died, the kernel would panic and get the blame. */
static void on_crash(int sig, siginfo_t *info, void *context)
{
	(void)context;
	/* A program of the user sent it. */
	if (info->si_code <= 0)
		return;
	rec_notice("init itself crashed: signal %d", sig);
	leave(0);
}

static void watch_crashes(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE };
	struct sigaction action = {
		.sa_sigaction = on_crash,
		.sa_flags = SA_SIGINFO | SA_RESTART,
	};
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

static void setup(const struct config *config)
{
	watch_crashes();
	signal(SIGPIPE, SIG_IGN);
	mlockall(MCL_CURRENT | MCL_FUTURE);
	if (!port_open())
		say("no records port: this run cannot be reported");
	cgroup_setup();
	swapdev_virtio();
	/* Readahead would bring in pages that no lane asked for. */
	write_text("/proc/sys/vm/page-cluster", "0");
	hold_setup();
	squeeze_setup(config->reclaim);
}

static void send_end(unsigned int lanes, uint64_t wrong)
{
	rec_begin("end");
	rec_num("records", records_count());
	rec_num("lanesRun", lanes);
	rec_num("wrongPages", wrong);
	rec_num("taint", taint_flags());
	rec_send();
	say("end: %u lane(s), %llu wrong page(s)", lanes,
	    (unsigned long long)wrong);
}

int main(void)
{
	static struct config config;
	uint64_t wrong = 0;
	unsigned int i;

	mount_all();
	use_console();
	config_read(&config);
	setup(&config);
	hello_record(&config);
	rec_release_notices();
	if (config.shell) {
		shell_serve(&config);
		leave(0);
	}
	canary_before_lanes(&config);
	for (i = 0; i < config.lane_count; i++)
		wrong += lane_run(&config, &config.lanes[i]);
	send_end(config.lane_count, wrong);
	leave(config.settle_ms);
}
