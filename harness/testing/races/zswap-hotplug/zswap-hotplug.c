// SPDX-License-Identifier: GPL-2.0
/*
 * Threads store pages in zswap and load them, while CPU 1 goes offline and
 * comes back, until all are stopped.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define ONLINE "/sys/devices/system/cpu/cpu1/online"
#define THREADS 8
#define PAGES 64
#define PAGE 4096
#define NOISE_WORDS 64
#define PAUSE_US 20000

static void write_page(uint64_t *page, unsigned int *seed)
{
	int i;

	for (i = 0; i < NOISE_WORDS; i++)
		page[i] = (uint64_t)rand_r(seed) << 32 | rand_r(seed);
}

static void *churn(void *argument)
{
	unsigned int seed = (uintptr_t)argument;
	uint8_t *pages = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i;

	if (pages == MAP_FAILED)
		exit(1);
	while (true) {
		for (i = 0; i < PAGES; i++)
			write_page((uint64_t *)(pages + i * PAGE), &seed);
		madvise(pages, PAGES * PAGE, MADV_PAGEOUT);
	}
	return NULL;
}

static void set_online(const char *value)
{
	int fd = open(ONLINE, O_WRONLY);

	if (fd < 0 || write(fd, value, 1) != 1)
		perror(ONLINE);
	if (fd >= 0)
		close(fd);
}

int main(void)
{
	pthread_t thread;
	uintptr_t i;

	if (access(ONLINE, W_OK)) {
		perror(ONLINE);
		return 1;
	}
	for (i = 1; i <= THREADS; i++)
		if (pthread_create(&thread, NULL, churn, (void *)i))
			return 1;
	while (true) {
		set_online("0");
		usleep(PAUSE_US);
		set_online("1");
		usleep(PAUSE_US);
	}
}
