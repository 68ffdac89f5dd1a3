// SPDX-License-Identifier: GPL-2.0
#include "services.h"

#include <linux/rcupdate.h>

void __rcu_read_lock(void)
{
	rcu_enter();
}

void __rcu_read_unlock(void)
{
	rcu_leave();
}

void synchronize_rcu(void)
{
	rcu_wait_for_readers();
}
