// SPDX-License-Identifier: GPL-2.0
/* Threads that do not end, and one that looks as if. */
#include "canaries.h"

static volatile int never;

static void start(void)
{
	never = 0;
}

/* Its own memory only: nobody is asked at any step. */
static void loop_alone(void)
{
	volatile int own = 0;

	while (own >= 0)
		own ^= 1;
}

const struct canary endless_alone = {
	"endless-alone", start, { loop_alone }, 0,
};

/* No call of instrumentation at all. */
static void loop_uninstrumented(void)
{
	__asm__ volatile("1: pause\n jmp 1b");
}

const struct canary endless_uninstrumented = {
	"endless-uninstrumented", start, { loop_uninstrumented }, 0,
};

static void spin(void)
{
	while (!never)
		;
}

static void set_never_to_nothing(void)
{
	never = 0;
}

const struct canary endless_spin = {
	"endless-spin", start, { spin, set_never_to_nothing }, 0,
};

static void loop_long(void)
{
	volatile int own;

	for (own = 0; own < 100000; own++)
		;
}

const struct canary long_loop = {
	"long-loop", start, { loop_long, loop_long }, 0,
};
