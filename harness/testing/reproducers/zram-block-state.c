// SPDX-License-Identifier: GPL-2.0
/*
 * Reads block_state with a large buffer, which the kernel allocates first,
 * while another thread makes the disk smaller.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SYSFS "/sys/block/zram0/"
#define STATE "/sys/kernel/debug/zram/zram0/block_state"
#define READ_BYTES (64UL << 20)
#define SECONDS 20

static atomic_bool stop;

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
	while (!stop) {
		put(SYSFS "disksize", "256M");
		usleep(2000);
		put(SYSFS "reset", "1");
		put(SYSFS "disksize", "64K");
		usleep(2000);
		put(SYSFS "reset", "1");
	}
	return NULL;
}

int main(void)
{
	char *buffer = malloc(READ_BYTES);
	time_t end = time(NULL) + SECONDS;
	unsigned long reads = 0;
	pthread_t thread;

	if (!buffer || access(STATE, R_OK)) {
		perror(STATE);
		return 1;
	}
	if (pthread_create(&thread, NULL, resize, NULL))
		return 1;
	for (; time(NULL) < end; reads++) {
		int fd = open(STATE, O_RDONLY);

		if (fd >= 0 && read(fd, buffer, READ_BYTES) < 0)
			usleep(100);
		close(fd);
	}
	stop = true;
	pthread_join(thread, NULL);
	printf("%lu reads\n", reads);
	return 0;
}
