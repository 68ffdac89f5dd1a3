// SPDX-License-Identifier: GPL-2.0
/* What the processor reports.  KASAN does not look at this file. */
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "faults.h"

typedef void (*call_t)(void);

static int canary_null_read(void *mm)
{
	return READ_ONCE(HIDDEN(int *, NULL)[6]);
}

/* One page before the end of the address space: never mapped. */
static int canary_paging_request(void *mm)
{
	WRITE_ONCE(*HIDDEN(int *, (int *)-(long)(2 * PAGE_SIZE)), 1);
	return 0;
}

static int canary_non_canonical(void *mm)
{
	return READ_ONCE(*HIDDEN(int *, (int *)0x6b6b6b6b6b6b6b6bUL));
}

static int canary_null_call(void *mm)
{
	HIDDEN(call_t, NULL)();
	return 0;
}

static unsigned long code_in_data[8] = { 1, 2, 3 };

static int canary_exec_data(void *mm)
{
	HIDDEN(call_t, (call_t)code_in_data)();
	return 0;
}

static const unsigned long constant[8] = { 1, 2, 3 };

static int canary_read_only(void *mm)
{
	WRITE_ONCE(*HIDDEN(unsigned long *, (unsigned long *)constant), 4);
	return 0;
}

static int canary_bug(void *mm)
{
	BUG();
	return 0;
}

static int canary_bug_on(void *mm)
{
	BUG_ON(HIDDEN(int, 1));
	return 0;
}

static int canary_invalid_opcode(void *mm)
{
#if defined(CONFIG_X86)
	asm volatile("ud2");
#elif defined(CONFIG_ARM64)
	asm volatile(".inst 0x00000000");
#endif
	return 0;
}

static int canary_breakpoint(void *mm)
{
#if defined(CONFIG_X86)
	asm volatile("int3");
#elif defined(CONFIG_ARM64)
	asm volatile("brk #0x42");
#endif
	return 0;
}

#ifdef CONFIG_X86
static int canary_divide(void *mm)
{
	return HIDDEN(int, 100) / HIDDEN(int, 0);
}

/* SMAP: the kernel may not touch the memory of a program. */
static int canary_user_access(void *mm)
{
	unsigned long at = ((struct mm_struct *)mm)->start_code;
	int ret;

	kthread_use_mm(mm);
	ret = READ_ONCE(*(int *)HIDDEN(unsigned long, at));
	kthread_unuse_mm(mm);
	return ret;
}
#endif

static noinline int canary_recurse(int depth)
{
	volatile char room[256];

	room[depth & 0xff] = depth;
	return depth < 0 ? 0 : canary_recurse(depth + 1) + room[depth & 0xff];
}

static int canary_stack_overflow(void *mm)
{
	return canary_recurse(HIDDEN(int, 0));
}

static int canary_stack_smash(void *mm)
{
	char local[16];

	memset(local, 0x41, sizeof(local));
	/* Beyond the array, where the compiler's guard is. */
	*(volatile long *)HIDDEN(char *, local + 16) = 0x4141;
	*(volatile long *)HIDDEN(char *, local + 24) = 0x4141;
	barrier_data(local);
	return 0;
}

static int canary_panic_thread(void *mm)
{
	panic("canary: no way out");
}

const struct fault trap_faults[] = {
	{ "null-read", canary_null_read },
	{ "paging-request", canary_paging_request },
	{ "non-canonical", canary_non_canonical },
	{ "null-call", canary_null_call },
	{ "exec-data", canary_exec_data },
	{ "read-only", canary_read_only },
	{ "bug", canary_bug },
	{ "bug-on", canary_bug_on },
	{ "invalid-opcode", canary_invalid_opcode },
	{ "breakpoint", canary_breakpoint },
#ifdef CONFIG_X86
	{ "divide", canary_divide },
	{ "user-access", canary_user_access },
#endif
	{ "stack-overflow", canary_stack_overflow },
	{ "stack-smash", canary_stack_smash },
	{ "panic-thread", canary_panic_thread },
	{ }
};
