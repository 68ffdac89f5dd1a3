// SPDX-License-Identifier: GPL-2.0
#include "executed.h"

#include <stdlib.h>

#include "defect.h"
#include "explore.h"
#include "fiber.h"

extern char __start_kernel_text[], __stop_kernel_text[];

/* Two blocks that ran one after the other in one fiber: what lies between them ran too. */
#define PAIRS (1 << 16)

static unsigned char *ran;
static struct executed_pair pairs[PAIRS];
static int pair_count;
static unsigned long last_of[FIBERS];

#define TEXT_START ((unsigned long)__start_kernel_text)
#define TEXT_SIZE ((unsigned long)(__stop_kernel_text - __start_kernel_text))

void executed_map(void)
{
	ran = calloc(TEXT_SIZE, 1);
	if (!ran)
		defect("no memory");
}

static void pair_executed(unsigned long from, unsigned long to)
{
	unsigned int at = (from * 31 + to) & (PAIRS - 1);

	while (pairs[at].to && (pairs[at].from != from || pairs[at].to != to))
		at = (at + 1) & (PAIRS - 1);
	/* A full table would only know less. */
	if (pairs[at].to || pair_count > PAIRS / 2)
		return;
	pairs[at] = (struct executed_pair){ from, to };
	pair_count++;
}

/* Of one thread in one execution; a whole one takes some ten thousand. */
#define BLOCKS_MAX 4000000UL

static unsigned long calls;

/* A loop that touches nothing shared comes to no hook that counts steps. */
static void count_block(void)
{
	if (++fiber_now()->blocks > BLOCKS_MAX)
		fail(FAIL_NO_END, "no end after %lu blocks and accesses of one thread", BLOCKS_MAX);
}

unsigned long executed_calls(void)
{
	return calls;
}

void block_executed(unsigned long pc)
{
	calls++;
	if (fiber_running())
		count_block();
	/* Constructors run before there is a map. */
	if (!ran || pc - TEXT_START >= TEXT_SIZE)
		return;
	ran[pc - TEXT_START] = 1;
	pair_executed(last_of[current_fiber], pc);
	last_of[current_fiber] = pc;
}

void executed_begin(int fiber)
{
	last_of[fiber] = 0;
}

const struct executed_pair *executed_pairs(int *count)
{
	*count = PAIRS;
	return pairs;
}

unsigned long executed_after(unsigned long pc)
{
	while (++pc < TEXT_START + TEXT_SIZE)
		if (ran[pc - TEXT_START])
			return pc;
	return 0;
}

unsigned long executed_first(void)
{
	return executed_after(TEXT_START - 1);
}
