// SPDX-License-Identifier: GPL-2.0
/*
 * plant KINDS [SECONDS]: loads zsharness_canary, which provokes the splats of
 * these kinds, one after another.  An oops ends only its thread.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		printf("%s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	const char *kinds = argc > 1 ? argv[1] : "";
	char parameters[1024];
	int fd;

	write_text("/proc/sys/kernel/panic_on_oops", "0");
	write_text("/proc/sys/kernel/softlockup_panic", "0");
	write_text("/proc/sys/kernel/hung_task_panic", "0");
	if (strstr(kinds, "soft-lockup"))
		write_text("/sys/module/rcupdate/parameters/rcu_cpu_stall_suppress",
			   "1");
	snprintf(parameters, sizeof(parameters), "kind=%s seconds=%s", kinds,
		 argc > 2 ? argv[2] : "20");
	fd = open("/modules/zsharness_canary.ko", O_RDONLY);
	if (fd < 0 || syscall(SYS_finit_module, fd, parameters, 0))
		printf("zsharness_canary: %s\n", strerror(errno));
	return 0;
}
