// SPDX-License-Identifier: GPL-2.0
#include "executed.h"

#include <stdlib.h>

#include "defect.h"
#include "explore.h"

extern char __start_kernel_text[], __stop_kernel_text[];

static unsigned char *ran;

#define TEXT_START ((unsigned long)__start_kernel_text)
#define TEXT_SIZE ((unsigned long)(__stop_kernel_text - __start_kernel_text))

void executed_map(void)
{
	ran = calloc(TEXT_SIZE, 1);
	if (!ran)
		defect("no memory");
}

void block_executed(unsigned long pc)
{
	/* Constructors run before there is a map. */
	if (ran && pc - TEXT_START < TEXT_SIZE)
		ran[pc - TEXT_START] = 1;
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
