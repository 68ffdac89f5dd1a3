// SPDX-License-Identifier: GPL-2.0
/*
 * Makes one allocation after the other fail while a zram disk is set up, and
 * resets the disk after each failure.  It needs FAULT_INJECTION and FAILSLAB.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SYSFS "/sys/block/zram0/"
#define FAILSLAB "/sys/kernel/debug/failslab/"
#define MOST 200

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* True while the nth allocation of the set-up exists, and so failed. */
static int fail_at(int disksize, int nth)
{
	char number[16];
	int fail = open("/proc/thread-self/fail-nth", O_RDWR);
	int length = snprintf(number, sizeof(number), "%d", nth);
	int left = 0;

	if (fail < 0 || write(fail, number, length) != length) {
		perror("fail-nth");
		return -1;
	}
	if (pwrite(disksize, "16M", 3, 0) < 0)
		printf("allocation %d failed: %s\n", nth, strerror(errno));
	memset(number, 0, sizeof(number));
	if (pread(fail, number, sizeof(number) - 1, 0) > 0)
		sscanf(number, "%d", &left);
	if (write(fail, "0", 1) < 0)
		perror("fail-nth");
	close(fail);
	return !left;
}

int main(void)
{
	int disksize, nth, more = 1;

	put(FAILSLAB "ignore-gfp-wait", "N");
	put(FAILSLAB "verbose", "0");
	disksize = open(SYSFS "disksize", O_WRONLY);
	if (disksize < 0) {
		perror(SYSFS "disksize");
		return 1;
	}
	for (nth = 1; more > 0 && nth < MOST; nth++) {
		more = fail_at(disksize, nth);
		put(SYSFS "reset", "1");
	}
	printf("%d allocations\n", nth - 1);
	return more < 0;
}
