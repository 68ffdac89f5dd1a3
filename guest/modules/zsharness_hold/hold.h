/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hold points: places in the kernel where a CPU waits, for a bounded time,
 * until another CPU has passed another place with the same key.  They widen
 * races.  Preemption or an interrupt could do the same; an override, which
 * makes a function return at once, is the one thing that changes the code.
 */
#ifndef HOLD_H
#define HOLD_H

#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/types.h>

#define POINTS_MAX	128
#define HOLD_US_MAX	50000
#define NO_POINT	(-1)

/*
 * The kernel may turn the breakpoint of an entry into a jump, which is faster,
 * but takes its time to do so and ignores a changed instruction pointer.
 */
enum place { PLACE_ENTRY, PLACE_BREAKPOINT, PLACE_RETURN };

enum key_kind { KEY_NONE, KEY_ARG, KEY_RET, KEY_REG };

struct key {
	enum key_kind kind;
	unsigned int n;
};

enum whom_kind {
	WHOM_ANY,
	WHOM_KWORKERS,
	WHOM_TASKS,
	WHOM_COMM,
	WHOM_CPU,
	WHOM_FROM,
};

struct whom {
	enum whom_kind kind;
	unsigned int cpu;
	char comm[TASK_COMM_LEN];
	unsigned long from, to;		/* of the caller's code */
};

enum counter {
	REACHED,
	HELD,
	MET,
	TIMED_OUT,
	OVERRIDDEN,
	NONZERO,	/* results, where somebody asked for them */
	COUNTERS,
};

struct point {
	struct kprobe kp;		/* of an entry or an instruction */
	struct kretprobe rp;		/* of a return */
	enum place place;
	bool registered;
	bool enabled;
	bool watched;			/* counted although nothing else */
	bool counts_results;
	struct key key;
	struct whom whom;

	/* What happens here while it is armed. */
	bool armed;
	int until;
	unsigned int us;
	unsigned int unmet;		/* holds in a row that nobody met */
	u64 rests_until;		/* ns */
	bool overrides;
	long value;
	atomic_t calls;			/* that are still overridden */

	atomic_long_t count[COUNTERS];
};

extern struct point points[POINTS_MAX];
extern int point_count;

static inline int index_of(const struct point *point)
{
	return point - points;
}

static inline void count(struct point *point, enum counter counter)
{
	atomic_long_inc(&point->count[counter]);
}

/* points.c */
int point_add(const char *symbol, unsigned int offset, enum place place,
	      const struct key *key, const struct whom *whom);
int point_enable(struct point *point);
void points_disarm(void);
unsigned long point_missed(const struct point *point);
long points_total(enum counter counter);

/* whom.c */
int key_parse(struct key *key, const char *text);
int whom_parse(struct whom *whom, const char *text);
bool whom_matches(const struct whom *whom, struct pt_regs *regs);
long key_of(const struct key *key, struct pt_regs *regs);

/* wait.c */
int wait_init(void);
bool wait_leaving(const struct kprobe *probe, struct pt_regs *regs);
bool wait_resumes(struct point *point, struct pt_regs *regs);
bool wait_begin(struct point *point, long key);
void wait_divert(struct pt_regs *regs);
void wait_here(void);
bool wait_awaits(const struct point *point, long key);
void wait_pass(const struct point *point, long key);
void wait_settle(void);
void wait_forget(void);
int wait_last(unsigned int *age_us);
void probe_stays(struct kprobe *probe, struct pt_regs *regs,
		 unsigned long flags);

/* orders.c */
void orders_note(int index);
void orders_forget(void);
unsigned int orders_seen(void);

#endif
