// SPDX-License-Identifier: GPL-2.0
/* The probes, and what happens where they are hit. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/linkage.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "hold.h"

#define INSTANCES 64

struct point points[POINTS_MAX];
int point_count;

static bool holds(struct point *point, long key)
{
	if (!READ_ONCE(point->armed) || !point->us)
		return false;
	/* A null key says nothing about what is meant. */
	if (point->key.kind != KEY_NONE && !key)
		return false;
	return wait_begin(point, key);
}
NOKPROBE_SYMBOL(holds);

#ifdef CONFIG_X86_64
/* Where ftrace calls the handler, a changed stack pointer would be ignored. */
asm("	.pushsection .text, \"ax\"\n"
    "	.type	hold_return, @function\n"
    "hold_return:\n"
    ASM_RET
    "	.size	hold_return, .-hold_return\n"
    "	.popsection\n");
void hold_return(void);
#endif

/* Only at the entry of a function: its caller goes on with the value. */
static bool overrides(struct point *point, struct pt_regs *regs)
{
	if (!READ_ONCE(point->overrides) ||
	    atomic_dec_if_positive(&point->calls) < 0)
		return false;
	count(point, OVERRIDDEN);
	regs_set_return_value(regs, point->value);
#ifdef CONFIG_X86_64
	instruction_pointer_set(regs, (unsigned long)hold_return);
#else
	instruction_pointer_set(regs, procedure_link_pointer(regs));
	regs->pstate &= ~PSR_BTYPE_MASK;
#endif
	return true;
}
NOKPROBE_SYMBOL(overrides);

/* Else a jump came here, with the interrupts of the code around it. */
static bool by_breakpoint(const struct pt_regs *regs)
{
#ifdef CONFIG_X86_64
	/* A jump in an NMI pushes the registers right below the code's stack. */
	return in_nmi() && (unsigned long)(regs + 1) != regs->sp;
#else
	return true;
#endif
}
NOKPROBE_SYMBOL(by_breakpoint);

static int on_entry(struct kprobe *probe, struct pt_regs *regs)
{
	struct point *point = container_of(probe, struct point, kp);
	bool held;
	long key;

	if (wait_resumes(point, regs) || !whom_matches(&point->whom, regs))
		return 0;
	key = key_of(&point->key, regs);
	/* First: what it waits for may happen at any time now. */
	held = !READ_ONCE(point->overrides) && holds(point, key);
	count(point, REACHED);
	orders_note(index_of(point));
	wait_pass(point, key);
	if (!held)
		return overrides(point, regs);
	if (by_breakpoint(regs)) {
		wait_divert(regs);
		return 1;
	}
	wait_here();
	return 0;
}
NOKPROBE_SYMBOL(on_entry);

static struct point *point_of(struct kretprobe_instance *ri)
{
	return container_of(get_kretprobe(ri), struct point, rp);
}
NOKPROBE_SYMBOL(point_of);

/* Nonzero: the return does not matter. */
static int on_call(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct point *point = point_of(ri);
	long key;

	if (wait_leaving(&point->rp.kp, regs) ||
	    !whom_matches(&point->whom, regs))
		return 1;
	count(point, REACHED);
	key = key_of(&point->key, regs);
	*(long *)ri->data = key;
	if (point->armed || point->watched || point->key.kind != KEY_ARG)
		return 0;
	return !wait_awaits(point, key);
}
NOKPROBE_SYMBOL(on_call);

static int on_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct point *point = point_of(ri);
	long result = regs_return_value(regs);
	long key = point->key.kind == KEY_RET ? result : *(long *)ri->data;

	if (point->counts_results && (int)result)
		count(point, NONZERO);
	orders_note(index_of(point));
	wait_pass(point, key);
	if (holds(point, key))
		wait_here();
	return 0;
}
NOKPROBE_SYMBOL(on_return);

static int point_register(struct point *point)
{
	return point->place == PLACE_RETURN ? register_kretprobe(&point->rp) :
				  register_kprobe(&point->kp);
}

/* Returns the number of the point, which it has even if it is refused. */
int point_add(const char *symbol, unsigned int offset, enum place place,
	      const struct key *key, const struct whom *whom)
{
	struct point *point = &points[point_count];
	struct kprobe *kp = place == PLACE_RETURN ? &point->rp.kp : &point->kp;
	int ret;

	if (point_count >= POINTS_MAX)
		return -ENOSPC;
	point_count++;
	point->place = place;
	point->key = *key;
	point->whom = *whom;
	point->until = NO_POINT;
	kp->symbol_name = kstrdup(symbol, GFP_KERNEL);
	kp->offset = offset;
	kp->flags = KPROBE_FLAG_DISABLED;
	point->kp.pre_handler = on_entry;
	if (place == PLACE_BREAKPOINT)
		point->kp.post_handler = probe_stays;
	point->rp.entry_handler = on_call;
	point->rp.handler = on_return;
	point->rp.data_size = sizeof(long);
	point->rp.maxactive = INSTANCES;
	ret = kp->symbol_name ? point_register(point) : -ENOMEM;
	point->registered = !ret;
	return ret;
}

int point_enable(struct point *point)
{
	int ret;

	if (!point->registered)
		return -ENOENT;
	if (point->enabled)
		return 0;
	ret = point->place == PLACE_RETURN ? enable_kretprobe(&point->rp) :
				 enable_kprobe(&point->kp);
	point->enabled = !ret;
	return ret;
}

static void point_disable(struct point *point)
{
	if (!point->enabled)
		return;
	point->enabled = false;
	if (point->place == PLACE_RETURN)
		disable_kretprobe(&point->rp);
	else
		disable_kprobe(&point->kp);
}

void points_disarm(void)
{
	int i;

	for (i = 0; i < point_count; i++) {
		WRITE_ONCE(points[i].armed, false);
		WRITE_ONCE(points[i].overrides, false);
	}
	wait_settle();
	for (i = 0; i < point_count; i++) {
		point_disable(&points[i]);
		points[i].watched = false;
	}
	wait_forget();
	orders_forget();
}

unsigned long point_missed(const struct point *point)
{
	return point->kp.nmissed + point->rp.nmissed + point->rp.kp.nmissed;
}

long points_total(enum counter counter)
{
	long sum = 0;
	int i;

	for (i = 0; i < point_count; i++)
		sum += atomic_long_read(&points[i].count[counter]);
	return sum;
}
