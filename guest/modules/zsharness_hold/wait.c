// SPDX-License-Identifier: GPL-2.0
/*
 * The wait of the one CPU that is held.
 *
 * A breakpoint's handler runs with interrupts off.  If it waited there, a CPU
 * that needs an IPI from this one, as for a TLB flush, would wait too.  So the
 * handler saves the registers and lets the exception return to hold_enter(),
 * which runs with the interrupts of the code that it interrupted.  At its end,
 * the probe on hold_leave() restores the registers, and the point is hit a
 * second time; that time it lets the CPU pass.
 *
 * One CPU is held at a time, so no two wait for each other.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "hold.h"

/* A stopped clock must not turn a hold into a lockup. */
#define SPINS_PER_US	1000
#define SETTLE_MS	200
/* Holds in a row that nobody met, before each is followed by a rest. */
#define UNMET_MAX	16

/* While LEAVING, the saved registers are still needed; from RESUMING on not. */
enum { FREE, TAKEN, HOLDING, LEAVING, RESUMING };

static atomic_t state;

/* Belongs to whoever took the state from FREE. */
static struct {
	struct point *point;
	struct task_struct *task;
	int cpu;
	int until;
	long key;
	unsigned long turn;		/* of this hold; counts up */
	struct pt_regs regs;		/* where it was reached */
} hold;

/* The turn that was met. */
static unsigned long met;

/* When the last hold ended, in ns. */
static u64 last_end;

static bool is_met(void)
{
	return READ_ONCE(met) == hold.turn;
}
NOKPROBE_SYMBOL(is_met);

static bool wait_for(unsigned int us)
{
	u64 end = ktime_get_mono_fast_ns() + us * NSEC_PER_USEC;
	unsigned int spins = us * SPINS_PER_US;

	while (!is_met()) {
		if (!spins-- || ktime_get_mono_fast_ns() > end)
			return is_met();
		cpu_relax();
	}
	return true;
}
NOKPROBE_SYMBOL(wait_for);

static void wait_count(void)
{
	struct point *point = hold.point;
	bool was_met = wait_for(min_t(unsigned int, point->us, HOLD_US_MAX));

	WRITE_ONCE(last_end, ktime_get_mono_fast_ns());
	point->unmet = was_met ? 0 : point->unmet + 1;
	if (was_met)
		count(point, MET);
	else if (hold.until != NO_POINT)
		count(point, TIMED_OUT);
	/* Holds that nobody meets must not stop all work on a hot path. */
	if (hold.until == NO_POINT || point->unmet >= UNMET_MAX)
		WRITE_ONCE(point->rests_until,
			   ktime_get_mono_fast_ns() +
			   point->us * NSEC_PER_USEC);
}
NOKPROBE_SYMBOL(wait_count);

static bool is_resting(const struct point *point)
{
	u64 until = READ_ONCE(point->rests_until);

	return until && ktime_get_mono_fast_ns() < until;
}
NOKPROBE_SYMBOL(is_resting);

/* Whether the caller now holds this CPU here; it has to wait then. */
bool wait_begin(struct point *point, long key)
{
	if (is_resting(point))
		return false;
	if (atomic_cmpxchg(&state, FREE, TAKEN) != FREE)
		return false;
	hold.point = point;
	hold.task = current;
	hold.cpu = raw_smp_processor_id();
	hold.until = point->until;
	hold.key = key;
	hold.turn++;
	atomic_set_release(&state, HOLDING);
	count(point, HELD);
	return true;
}
NOKPROBE_SYMBOL(wait_begin);

/* Wait in a handler whose interrupts are those of the code around it. */
void wait_here(void)
{
	wait_count();
	atomic_set_release(&state, FREE);
}
NOKPROBE_SYMBOL(wait_here);

/*
 * Runs as if the code at the point had called it.  From the probe on
 * hold_leave() the exception returns to the point.
 */
void hold_wait(void);
void hold_leave(void);
void hold_enter(void);

void hold_wait(void)
{
	preempt_disable();
	WRITE_ONCE(hold.cpu, smp_processor_id());
	wait_count();
	atomic_set_release(&state, LEAVING);
	preempt_enable();
}
NOKPROBE_SYMBOL(hold_wait);

#ifdef CONFIG_ARM64
/*
 * The return from an exception in the kernel leaves the stack pointer alone,
 * so at hold_leave() it must be that of the point.
 */
asm("	.pushsection .text, \"ax\"\n"
    "	.global	hold_enter, hold_leave\n"
    "hold_enter:\n"
    "	stp	x29, x30, [sp, #-16]!\n"
    "	mov	x29, sp\n"
    "	bl	hold_wait\n"
    "	ldp	x29, x30, [sp], #16\n"
    "hold_leave:\n"
    "	nop\n"
    "	b	hold_leave\n"
    "	.popsection\n");
#else
noinline void hold_leave(void)
{
	barrier();
}

void hold_enter(void)
{
	hold_wait();
	hold_leave();
	/* The probe on hold_leave() does not come back. */
	for (;;)
		cpu_relax();
}
NOKPROBE_SYMBOL(hold_enter);
#endif

static void registers_copy(struct pt_regs *to, const struct pt_regs *from)
{
#ifdef CONFIG_ARM64
	/* What follows them belongs to the exception. */
	to->user_regs = from->user_regs;
#else
	*to = *from;
#endif
}
NOKPROBE_SYMBOL(registers_copy);

/* After wait_begin(), let this exception return to hold_enter(). */
void wait_divert(struct pt_regs *regs)
{
	registers_copy(&hold.regs, regs);
	/* On x86 it is behind the breakpoint by now. */
	instruction_pointer_set(&hold.regs, (unsigned long)hold.point->kp.addr);
	instruction_pointer_set(regs, (unsigned long)hold_enter);
#ifdef CONFIG_ARM64
	regs->pstate &= ~PSR_BTYPE_MASK;
#endif
}
NOKPROBE_SYMBOL(wait_divert);

/* With it a probe stays a breakpoint: a jump would ignore a diversion. */
void probe_stays(struct kprobe *probe, struct pt_regs *regs,
		 unsigned long flags)
{
}
NOKPROBE_SYMBOL(probe_stays);

static int leave(struct kprobe *probe, struct pt_regs *regs)
{
	registers_copy(regs, &hold.regs);
	atomic_set_release(&state, RESUMING);
	return 1;
}
NOKPROBE_SYMBOL(leave);

static struct kprobe leave_probe = {
	.addr = (kprobe_opcode_t *)hold_leave,
	.pre_handler = leave,
	.post_handler = probe_stays,
};

/* Whether this is the second hit, after the wait, of a probe. */
bool wait_leaving(const struct kprobe *probe, struct pt_regs *regs)
{
	return atomic_read_acquire(&state) == RESUMING &&
	       hold.task == current && hold.point->kp.addr == probe->addr &&
	       kernel_stack_pointer(&hold.regs) == kernel_stack_pointer(regs);
}
NOKPROBE_SYMBOL(wait_leaving);

/* The same for the point that held it, whose hold then ends. */
bool wait_resumes(struct point *point, struct pt_regs *regs)
{
	if (!wait_leaving(&point->kp, regs))
		return false;
	if (hold.point == point)
		atomic_cmpxchg(&state, RESUMING, FREE);
	return true;
}
NOKPROBE_SYMBOL(wait_resumes);

/* Whether somebody waits for this point with this key. */
bool wait_awaits(const struct point *point, long key)
{
	return atomic_read_acquire(&state) == HOLDING &&
	       READ_ONCE(hold.until) == index_of(point) &&
	       (point->key.kind == KEY_NONE || READ_ONCE(hold.key) == key) &&
	       READ_ONCE(hold.cpu) != raw_smp_processor_id();
}
NOKPROBE_SYMBOL(wait_awaits);

void wait_pass(const struct point *point, long key)
{
	/* Before the check: a later hold has another turn. */
	unsigned long turn = READ_ONCE(hold.turn);

	smp_rmb();
	if (wait_awaits(point, key))
		WRITE_ONCE(met, turn);
}
NOKPROBE_SYMBOL(wait_pass);

/* Wait for the end of the hold, when no point is armed any more. */
void wait_settle(void)
{
	unsigned int ms = 0;

	while (atomic_read(&state) != FREE && ms++ < SETTLE_MS)
		usleep_range(1000, 1100);
}

/*
 * No probe is enabled any more: a task that comes back to its point passes it
 * unseen.  One that still waits, or was preempted before it had its registers
 * back, keeps the state: nobody else may be held until then.
 */
void wait_forget(void)
{
	atomic_cmpxchg(&state, RESUMING, FREE);
}

/* The point of the last hold, or of the one that lasts, with its age in us. */
int wait_last(unsigned int *age_us)
{
	int now = atomic_read(&state);

	if (!hold.point)
		return NO_POINT;
	*age_us = now == TAKEN || now == HOLDING ? 0 :
		  div_u64(ktime_get_mono_fast_ns() - last_end, NSEC_PER_USEC);
	return index_of(hold.point);
}

int wait_init(void)
{
	return register_kprobe(&leave_probe);
}
