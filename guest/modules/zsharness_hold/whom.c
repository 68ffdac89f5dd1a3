// SPDX-License-Identifier: GPL-2.0
/* Whom a point holds, and the key that it compares. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "hold.h"

#define ARGS_MAX 6

int key_parse(struct key *key, const char *text)
{
	memset(key, 0, sizeof(*key));
	if (!strcmp(text, "-"))
		return 0;
	if (!strcmp(text, "ret")) {
		key->kind = KEY_RET;
		return 0;
	}
	if (sscanf(text, "arg%u", &key->n) == 1 && key->n < ARGS_MAX) {
		key->kind = KEY_ARG;
		return 0;
	}
	if (sscanf(text, "reg:%u", &key->n) == 1 &&
	    key->n < sizeof(struct pt_regs) / sizeof(long)) {
		key->kind = KEY_REG;
		return 0;
	}
	return -EINVAL;
}

/* The key of a return is known there only if it is the result. */
long key_of(const struct key *key, struct pt_regs *regs)
{
	switch (key->kind) {
	case KEY_ARG:
		return regs_get_kernel_argument(regs, key->n);
	case KEY_REG:
		return ((long *)regs)[key->n];
	default:
		return 0;
	}
}

/* kallsyms_lookup_name() is not for modules, but a probe tells its address. */
static unsigned long address_of(const char *symbol)
{
	struct kprobe probe = { .symbol_name = symbol };
	unsigned long address;

	if (register_kprobe(&probe))
		return 0;
	address = (unsigned long)probe.addr;
	unregister_kprobe(&probe);
	return address;
}

static int from_parse(struct whom *whom, const char *text)
{
	char symbol[64];
	unsigned int offset, size;
	unsigned long start;

	if (sscanf(text, "%63[^+]+0x%x/0x%x", symbol, &offset, &size) != 3)
		return -EINVAL;
	start = address_of(symbol);
	if (!start)
		return -ENOENT;
	whom->kind = WHOM_FROM;
	whom->from = start + offset;
	whom->to = whom->from + size;
	return 0;
}

int whom_parse(struct whom *whom, const char *text)
{
	memset(whom, 0, sizeof(*whom));
	if (!strcmp(text, "any"))
		return 0;
	if (!strcmp(text, "kworkers")) {
		whom->kind = WHOM_KWORKERS;
		return 0;
	}
	if (!strcmp(text, "tasks")) {
		whom->kind = WHOM_TASKS;
		return 0;
	}
	if (!strncmp(text, "comm:", 5)) {
		whom->kind = WHOM_COMM;
		strscpy(whom->comm, text + 5, sizeof(whom->comm));
		return 0;
	}
	if (sscanf(text, "cpu:%u", &whom->cpu) == 1) {
		whom->kind = WHOM_CPU;
		return 0;
	}
	return strncmp(text, "from:", 5) ? -EINVAL : from_parse(whom, text + 5);
}

/* Only at the entry of a function. */
static unsigned long caller_of(struct pt_regs *regs)
{
#ifdef CONFIG_X86_64
	return *(unsigned long *)regs->sp;
#else
	return procedure_link_pointer(regs);
#endif
}

bool whom_matches(const struct whom *whom, struct pt_regs *regs)
{
	unsigned long caller;

	switch (whom->kind) {
	case WHOM_KWORKERS:
		return current->flags & PF_WQ_WORKER;
	case WHOM_TASKS:
		return !(current->flags & PF_WQ_WORKER);
	case WHOM_COMM:
		return !strncmp(current->comm, whom->comm, TASK_COMM_LEN);
	case WHOM_CPU:
		return raw_smp_processor_id() == whom->cpu;
	case WHOM_FROM:
		caller = caller_of(regs);
		return caller > whom->from && caller <= whom->to;
	default:
		return true;
	}
}
NOKPROBE_SYMBOL(whom_matches);
NOKPROBE_SYMBOL(key_of);
