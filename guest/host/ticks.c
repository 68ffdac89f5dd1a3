// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the rate in kHz of the host's counter that TCG passes through to its
 * guests: the TSC on x86, the virtual counter on arm64.  Runs on the host.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>

static uint64_t ticks(void)
{
#if defined(__x86_64__)
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
#elif defined(__aarch64__)
	uint64_t value;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(value));
	return value;
#else
#error "TCG's counter is not known on this host"
#endif
}

static uint64_t nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

int main(void)
{
	const struct timespec pause = { .tv_nsec = 200000000 };
	uint64_t start = nanoseconds();
	uint64_t first = ticks();
	uint64_t last, end;

	nanosleep(&pause, NULL);
	last = ticks();
	end = nanoseconds();
	printf("%llu\n", (unsigned long long)((last - first) * 1000000 / (end - start)));
	return 0;
}
