// SPDX-License-Identifier: GPL-2.0
/*
 * Two threads read and write random blocks of one zram disk, directly, until
 * they are stopped.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DISK "/dev/zram0"
#define SIZE "64M"
#define BLOCK 4096
#define BLOCKS 16384
#define THREADS 2
/* So many random bytes give an object that is neither same-filled nor huge. */
#define NOISE 512

struct user {
	pthread_t thread;
	uint64_t random;
	uint8_t block[BLOCK] __attribute__((aligned(BLOCK)));
};

static int disk;

/* splitmix64 */
static uint64_t next(struct user *user)
{
	uint64_t value = user->random += 0x9e3779b97f4a7c15ULL;

	value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ULL;
	value = (value ^ value >> 27) * 0x94d049bb133111ebULL;
	return value ^ value >> 31;
}

static void store(struct user *user, off_t at)
{
	uint64_t *words = (uint64_t *)user->block;
	size_t i;

	for (i = 0; i < NOISE / sizeof(*words); i++)
		words[i] = next(user);
	if (pwrite(disk, user->block, BLOCK, at) != BLOCK)
		perror("write");
}

static void *use(void *argument)
{
	struct user *user = argument;

	while (true) {
		off_t at = (off_t)(next(user) % BLOCKS) * BLOCK;

		if (next(user) % 2)
			store(user, at);
		else if (pread(disk, user->block, BLOCK, at) != BLOCK)
			perror("read");
	}
	return NULL;
}

static bool set_up(void)
{
	int fd = open("/sys/block/zram0/disksize", O_WRONLY);

	if (fd < 0 || write(fd, SIZE, strlen(SIZE)) < 0)
		return false;
	close(fd);
	disk = open(DISK, O_RDWR | O_DIRECT);
	return disk >= 0;
}

int main(void)
{
	static struct user users[THREADS];
	int i;

	if (!set_up()) {
		perror(DISK);
		return 1;
	}
	for (i = 0; i < THREADS; i++) {
		users[i].random = 1ULL << (60 + i);
		if (pthread_create(&users[i].thread, NULL, use, &users[i]))
			return 1;
	}
	pthread_join(users[0].thread, NULL);
	return 0;
}
