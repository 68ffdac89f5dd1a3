// SPDX-License-Identifier: GPL-2.0
/* Locks. DEBUG_SPINLOCK keeps the kernel from taking them in line. */
#include "services.h"

#include <linux/rwlock.h>
#include <linux/spinlock.h>

void __raw_spin_lock_init(raw_spinlock_t *lock, const char *name, struct lock_class_key *key,
			  short inner)
{
	__builtin_memset(lock, 0, sizeof(*lock));
}

void __rwlock_init(rwlock_t *lock, const char *name, struct lock_class_key *key)
{
	__builtin_memset(lock, 0, sizeof(*lock));
}

void _raw_spin_lock(raw_spinlock_t *lock)
{
	lock_take(lock, TAKE_SPIN, CALLER);
}

int _raw_spin_trylock(raw_spinlock_t *lock)
{
	return lock_try(lock, TAKE_SPIN, CALLER);
}

void _raw_spin_unlock(raw_spinlock_t *lock)
{
	lock_drop(lock, TAKE_SPIN, CALLER);
	rcu_run_callbacks();
}

/* There are no softirqs and no interrupts to keep out. */

void _raw_spin_lock_bh(raw_spinlock_t *lock)
{
	lock_take(lock, TAKE_SPIN, CALLER);
}

void _raw_spin_unlock_bh(raw_spinlock_t *lock)
{
	lock_drop(lock, TAKE_SPIN, CALLER);
	rcu_run_callbacks();
}

void _raw_spin_lock_irq(raw_spinlock_t *lock)
{
	lock_take(lock, TAKE_SPIN, CALLER);
}

void _raw_spin_unlock_irq(raw_spinlock_t *lock)
{
	lock_drop(lock, TAKE_SPIN, CALLER);
	rcu_run_callbacks();
}

unsigned long _raw_spin_lock_irqsave(raw_spinlock_t *lock)
{
	lock_take(lock, TAKE_SPIN, CALLER);
	return 0;
}

void _raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags)
{
	lock_drop(lock, TAKE_SPIN, CALLER);
	rcu_run_callbacks();
}

void _raw_read_lock(rwlock_t *lock)
{
	lock_take(lock, TAKE_READ, CALLER);
}

int _raw_read_trylock(rwlock_t *lock)
{
	return lock_try(lock, TAKE_READ, CALLER);
}

void _raw_read_unlock(rwlock_t *lock)
{
	lock_drop(lock, TAKE_READ, CALLER);
	rcu_run_callbacks();
}

void _raw_write_lock(rwlock_t *lock)
{
	lock_take(lock, TAKE_WRITE, CALLER);
}

int _raw_write_trylock(rwlock_t *lock)
{
	return lock_try(lock, TAKE_WRITE, CALLER);
}

void _raw_write_unlock(rwlock_t *lock)
{
	lock_drop(lock, TAKE_WRITE, CALLER);
	rcu_run_callbacks();
}

/* Preemption is what the search chooses anyway. */
void preempt_schedule_thunk(void);
void preempt_schedule_thunk(void)
{
}

void __might_resched(const char *file, int line, unsigned int offsets)
{
	may_sleep("cond_resched(), might_sleep() or a sleeping function");
	may_switch();
}

void __might_sleep(const char *file, int line)
{
	may_sleep("might_sleep()");
}
