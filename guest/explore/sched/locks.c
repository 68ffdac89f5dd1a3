// SPDX-License-Identifier: GPL-2.0
/*
 * Locks of the kernel half. They keep their owner in the first two words of the
 * kernel's own lock, so restoring memory restores them.
 */
#include "access.h"
#include "choose.h"
#include "fiber.h"
#include "liveness.h"
#include "stores.h"
#include "trace.h"

/* Read-side sections of RCU. One word stands for them all. */
#define RCU_WORD (PERCPU + (1UL << 19))

struct lock {
	int owner;		/* the fiber + 1 that writes or owns; WAITER for each that waits */
	int readers;
};

/* What spin_is_contended() looks at in a queued spinlock: all but the lowest byte. */
#define WAITER		0x100
#define OWNER_MASK	0xff

static const char *const kind_names[] = { "spinlock", "read lock", "write lock", "sleeping lock" };

static unsigned long word_of(const void *lock)
{
	return (unsigned long)lock & ~7UL;
}

static int is_free(void *argument)
{
	return !(((struct lock *)argument)->owner & OWNER_MASK);
}

static int has_no_user(void *argument)
{
	struct lock *lock = argument;

	return is_free(lock) && !lock->readers;
}

/* Only the second word of a rwlock is ours: a spinlock has its magic number there. */
static int (*condition_of(enum lock_kind kind))(void *)
{
	return kind == TAKE_WRITE ? has_no_user : is_free;
}

static void check_lock(const void *lock)
{
	check_live((unsigned long)lock, sizeof(struct lock), 1);
}

int lock_is_held(const void *lock)
{
	return (((const struct lock *)lock)->owner & OWNER_MASK) == current_fiber + 1;
}

static void hook(const char *op, void *lock, unsigned long pc)
{
	check_lock(lock);
	if (!exploring())
		return;
	fiber_comes_to(pc);
	trace_access(op, (unsigned long)lock, sizeof(struct lock), pc);
}

static void acquire(void *address, enum lock_kind kind)
{
	struct lock *lock = address;
	int shared = kind == TAKE_READ;

	if (shared)
		lock->readers++;
	else
		lock->owner += current_fiber + 1;
	fiber_now()->locks++;
	if (kind != TAKE_SLEEPING && !fiber_now()->atomic_locks++)
		fiber_now()->atomic_entries++;
	if (!exploring())
		return;
	stores_drain(current_fiber);
	clock_acquire(memory_cell(word_of(lock)), shared);
	if (shared)
		history_reads(memory_cell(word_of(lock)));
	else
		history_writes(memory_cell(word_of(lock)), 0);
}

static void wait_for(void *lock, enum lock_kind kind)
{
	struct fiber *fiber = fiber_now();

	fiber->ready = condition_of(kind);
	fiber->waits_for = lock;
	fiber->waits_what = kind_names[kind];
	if (fiber->ready(lock))
		return;
	if (lock_is_held(lock))
		fail(FAIL_DEADLOCK, "deadlock: one thread takes the %s at %p twice",
		     kind_names[kind], lock);
	trace_wait((unsigned long)lock);
	((struct lock *)lock)->owner += WAITER;
	choose_blocked();
	check_lock(lock);
	((struct lock *)lock)->owner -= WAITER;
}

void lock_take(void *lock, enum lock_kind kind, unsigned long pc)
{
	if (kind == TAKE_SLEEPING)
		may_sleep("a sleeping lock");
	hook("lock", lock, pc);
	choose_point();
	wait_for(lock, kind);
	acquire(lock, kind);
}

/* Who tries, or asks, can tell that the lock is held: then to release it is a point too. */
static void can_be_told(const void *lock)
{
	if (exploring() && choosing.points != POINTS_SYNC)
		choose_found_racy(word_of(lock));
}

int lock_try(void *lock, enum lock_kind kind, unsigned long pc)
{
	hook("trylock", lock, pc);
	choose_point();
	check_lock(lock);
	can_be_told(lock);
	if (condition_of(kind)(lock)) {
		acquire(lock, kind);
		return 1;
	}
	if (exploring())
		history_reads(memory_cell(word_of(lock)));
	return 0;
}

static void check_held(const struct lock *lock, enum lock_kind kind)
{
	int held = kind == TAKE_READ ? lock->readers > 0 : lock_is_held(lock);

	if (!held)
		fail(FAIL_LOCK, "a %s at %p is released by a thread that does not hold it",
		     kind_names[kind], (const void *)lock);
}

void lock_drop(void *address, enum lock_kind kind, unsigned long pc)
{
	struct lock *lock = address;
	int shared = kind == TAKE_READ;
	struct cell *cell;

	hook("unlock", lock, pc);
	if (exploring()) {
		choose_point_at(word_of(lock));
		/* Who holds it keeps callbacks of RCU from running. */
		if (kind != TAKE_SLEEPING)
			choose_point_at(RCU_WORD);
	}
	check_lock(lock);
	check_held(lock, kind);
	if (exploring()) {
		stores_drain(current_fiber);
		cell = memory_cell(word_of(lock));
		clock_release(cell, shared);
		if (shared)
			history_reads(cell);
		else
			history_writes(cell, 0);
	}
	if (shared)
		lock->readers--;
	else
		lock->owner &= ~OWNER_MASK;
	fiber_now()->locks--;
	fiber_now()->atomic_locks -= kind != TAKE_SLEEPING;
}

/* A bit of a word as a sleeping lock: the lock of a page. Taking it must not fail. */

struct bit_of {
	unsigned long *word;
	int bit;
};

static struct bit_of waited[FIBERS];

static int bit_is_clear(void *argument)
{
	int t;

	for (t = 0; t < FIBERS; t++)
		if (&waited[t] == argument)
			return !(*waited[t].word >> waited[t].bit & 1);
	return 1;
}

static void wait_for_bit(unsigned long *word, int bit)
{
	struct fiber *fiber = fiber_now();

	waited[current_fiber] = (struct bit_of){ word, bit };
	fiber->ready = bit_is_clear;
	fiber->waits_for = &waited[current_fiber];
	fiber->waits_what = "the lock of a page";
	if (bit_is_clear(&waited[current_fiber]))
		return;
	trace_wait((unsigned long)word);
	choose_blocked();
}

static void bit_hook(const char *op, unsigned long *word, unsigned long pc)
{
	check_live((unsigned long)word, sizeof(*word), 1);
	if (!exploring())
		return;
	fiber_comes_to(pc);
	trace_access(op, (unsigned long)word, sizeof(*word), pc);
	choose_point();
}

static void bit_ordered(unsigned long *word)
{
	struct cell *cell;

	if (!exploring())
		return;
	stores_drain(current_fiber);
	cell = memory_cell((unsigned long)word & ~7UL);
	clock_acquire(cell, 0);
	history_writes(cell, 0);
	clock_release(cell, 0);
}

void flag_take(unsigned long *word, int bit, unsigned long pc)
{
	may_sleep("the lock of a page");
	bit_hook("lock", word, pc);
	wait_for_bit(word, bit);
	*word |= 1UL << bit;
	bit_ordered(word);
}

void flag_drop(unsigned long *word, int bit, unsigned long pc)
{
	bit_hook("unlock", word, pc);
	if (!(*word >> bit & 1))
		fail(FAIL_LOCK, "a page that is not locked is unlocked");
	*word &= ~(1UL << bit);
	bit_ordered(word);
}

void flag_wait(unsigned long *word, int bit, unsigned long pc)
{
	may_sleep("the lock of a page");
	bit_hook("wait", word, pc);
	wait_for_bit(word, bit);
	bit_ordered(word);
}

/* Other waiting */

void wait_until(int (*ready)(void *), void *argument, const char *what)
{
	struct fiber *fiber = fiber_now();

	may_sleep(what);
	if (exploring()) {
		fiber_comes_to((unsigned long)ready);
		choose_point();
	}
	fiber->ready = ready;
	fiber->waits_for = argument;
	fiber->waits_what = what;
	if (!ready(argument))
		choose_blocked();
}

void may_switch(void)
{
	if (!exploring())
		return;
	fiber_comes_to((unsigned long)__builtin_return_address(0));
	choose_point();
}

/* Read-side sections of RCU. One word stands for them all. */


struct awaited {
	unsigned long rcu, atomic;
};

static struct awaited awaited[FIBERS][FIBERS];

void rcu_enter(void)
{
	/* What was read before the section is not protected by it. */
	if (exploring()) {
		fiber_now()->events++;
		choose_point_at(RCU_WORD);
	}
	if (!fiber_now()->rcu_depth++)
		fiber_now()->rcu_entries++;
	if (exploring())
		history_reads(memory_cell(RCU_WORD));
}

void rcu_leave(void)
{
	struct fiber *fiber = fiber_now();

	if (exploring()) {
		fiber_comes_to(RCU_WORD);
		choose_point_at(RCU_WORD);
		clock_release(memory_cell(RCU_WORD), 1);
		history_reads(memory_cell(RCU_WORD));
	}
	if (--fiber->rcu_depth < 0)
		fail(FAIL_LOCK, "rcu_read_unlock() without rcu_read_lock()");
}

static int readers_have_left(void *argument)
{
	const struct awaited *of = argument;
	int t;

	for (t = 0; t < FIBERS; t++) {
		if (fibers[t].rcu_depth && fibers[t].rcu_entries == of[t].rcu)
			return 0;
		if (fibers[t].atomic_locks && fibers[t].atomic_entries == of[t].atomic)
			return 0;
		/* Who waits has none, and is not who runs now: another asks whether it may go on. */
		if (world_preempt_count(t))
			return 0;
	}
	return 1;
}

void rcu_wait_for_readers(void)
{
	struct awaited *of = awaited[current_fiber];
	int t;

	for (t = 0; t < FIBERS; t++) {
		of[t] = (struct awaited){ fibers[t].rcu_entries, fibers[t].atomic_entries };
		/* Whom it waits for is in no word of memory. */
		history_adds(of[t].rcu << 32 | of[t].atomic);
	}
	/* Who enters after this is not waited for, and sees what was stored before. */
	if (exploring()) {
		stores_drain(current_fiber);
		history_writes(memory_cell(RCU_WORD), 0);
	}
	wait_until(readers_have_left, of, "readers of RCU");
	if (exploring()) {
		stores_drain_all();
		choose_found_racy(RCU_WORD);
		clock_acquire(memory_cell(RCU_WORD), 0);
		history_writes(memory_cell(RCU_WORD), 0);
	}
}

/* Who enters or leaves later has seen it. */
void rcu_callback_queued(void)
{
	if (!exploring())
		return;
	stores_drain(current_fiber);
	choose_found_racy(RCU_WORD);
	clock_release(memory_cell(RCU_WORD), 0);
	history_writes(memory_cell(RCU_WORD), 0);
}

int rcu_has_readers(void)
{
	int t;

	for (t = 0; t < FIBERS; t++)
		if (fibers[t].rcu_depth || fibers[t].atomic_locks || world_preempt_count(t))
			return 1;
	return 0;
}

int fibers_are_preemptible(void)
{
	int t;

	for (t = 0; t < FIBERS; t++)
		if (fibers[t].atomic_locks || world_preempt_count(t))
			return 0;
	return 1;
}

/* All CPUs stand still meanwhile, so everything before is ordered with everything after. */
void fiber_moved(int to)
{
	struct fiber *mover = fiber_now(), *fiber = &fibers[to];
	struct hash both = hash_mix(mover->history, fiber->history);
	int t;

	if (!exploring())
		return;
	mover->history = hash_word(both, 1);
	fiber->history = hash_word(both, 2);
	for (t = 0; t < FIBERS; t++) {
		uint32_t later = mover->clock[t] > fiber->clock[t] ? mover->clock[t] : fiber->clock[t];

		mover->clock[t] = fiber->clock[t] = later;
	}
	mover->clock[current_fiber]++;
	fiber->clock[to]++;
}

#define QUEUE_WORD (RCU_WORD + 8)

void queue_accessed(int write)
{
	if (!exploring())
		return;
	if (write)
		history_writes(memory_cell(QUEUE_WORD), 0);
	else
		history_reads(memory_cell(QUEUE_WORD));
}
