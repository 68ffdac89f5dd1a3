// SPDX-License-Identifier: GPL-2.0
/*
 * Reads block_state in small pieces while another thread makes the disk
 * smaller and larger, until it is stopped.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SYSFS "/sys/block/zram0/"
#define STATE "/sys/kernel/debug/zram/zram0/block_state"
#define READ_BYTES 4096
/* A disk of this size has a table of some milliseconds. */
#define LARGE "16M"
#define SMALL "64K"
#define PAUSE_US 2000

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		usleep(100);
	close(fd);
}

static void *resize(void *unused)
{
	(void)unused;
	while (true) {
		put(SYSFS "disksize", LARGE);
		usleep(PAUSE_US);
		put(SYSFS "reset", "1");
		put(SYSFS "disksize", SMALL);
		usleep(PAUSE_US);
		put(SYSFS "reset", "1");
	}
	return NULL;
}

int main(void)
{
	char buffer[READ_BYTES];
	pthread_t thread;

	if (access(STATE, R_OK)) {
		perror(STATE);
		return 1;
	}
	if (pthread_create(&thread, NULL, resize, NULL))
		return 1;
	while (true) {
		int fd = open(STATE, O_RDONLY);

		if (fd >= 0 && read(fd, buffer, sizeof(buffer)) < 0)
			usleep(100);
		close(fd);
	}
}
