// SPDX-License-Identifier: GPL-2.0
/* Faults, BUG() and WARN_ON() of the kernel's code. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

#include "defect.h"
#include "failure.h"
#include "fiber.h"

static struct {
	int signal;
	unsigned long address, pc;
	int is_call;
	const unsigned long *frame;
} crash;

static void fail_trap(void)
{
	int line = 0;

	switch (world_trap(crash.pc, &line)) {
	case TRAP_WARNING:
		fail(FAIL_WARN, "WARN_ON() at line %d", line);
	case TRAP_BUG:
		fail(FAIL_BUG, "BUG() at line %d", line);
	case TRAP_UNKNOWN:
		fail(FAIL_BUG, "an instruction that is made to trap: BUG()");
	}
}

/* Runs on the stack of the fiber, as if the code had called it. */
static void crashed(void)
{
	/* One more, since a stack holds return addresses. */
	failure.stack_depth = stack_walk(crash.frame, crash.pc + 1, failure.stack, STACK_DEPTH);
	if (crash.signal == SIGILL)
		fail_trap();
	failure_at(crash.address, 0);
	if (crash.signal == SIGFPE)
		fail(FAIL_FAULT, "a division by zero");
	if (crash.is_call)
		fail(FAIL_FAULT, "fault: call of %#lx", crash.address);
	fail(FAIL_FAULT, "fault: access to %#lx%s", crash.address,
	     crash.address < 4096 ? " (NULL)" : "");
}

static greg_t *registers_of(void *context)
{
	return ((ucontext_t *)context)->uc_mcontext.gregs;
}

void crash_is_ours(const char *what, void *context)
{
	char text[128];
	int length = snprintf(text, sizeof(text), "explorer: defect: %s at %#llx\n", what,
			      registers_of(context)[REG_RIP]);

	fwrite(text, 1, length, stderr);
	_Exit(3);
}

int crash_is_theirs(void *context)
{
	unsigned long pc = registers_of(context)[REG_RIP];

	return pc_is_kernel(pc) || pc_is_model(pc);
}

/* On the stack of the fiber, as if the code had called it. */
void crash_go_on_in(void (*function)(void), void *context)
{
	greg_t *registers = registers_of(context);

	failure.stack_depth = stack_walk((const unsigned long *)registers[REG_RBP],
					 registers[REG_RIP] + 1, failure.stack, STACK_DEPTH);
	registers[REG_RSP] = ((registers[REG_RSP] - 4096) & ~15L) - 8;
	registers[REG_RIP] = (greg_t)function;
}

static void catch(int signal, siginfo_t *info, void *context)
{
	greg_t *registers = registers_of(context);
	unsigned long pc = registers[REG_RIP];
	/* A call through a wild pointer: the code that called is on the stack. */
	int wild_call = signal == SIGSEGV && pc == (unsigned long)info->si_addr;

	if (!fiber_running() || !(wild_call || crash_is_theirs(context))) {
		char what[64];

		snprintf(what, sizeof(what), "signal %d, address %p,", signal, info->si_addr);
		crash_is_ours(what, context);
	}
	crash.signal = signal;
	crash.address = (unsigned long)info->si_addr;
	/* What the stack has on top is where the call came from. */
	crash.pc = wild_call ? *(unsigned long *)registers[REG_RSP] - 1 : pc;
	crash.is_call = wild_call;
	crash.frame = (const unsigned long *)registers[REG_RBP];
	registers[REG_RSP] = ((registers[REG_RSP] - 4096) & ~15L) - 8;
	registers[REG_RIP] = (greg_t)crashed;
}

void crash_catch(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
	static char stack[64 << 10];
	stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_sigaction = catch,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	unsigned int i;

	sigaltstack(&alternative, NULL);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &action, NULL);
}
