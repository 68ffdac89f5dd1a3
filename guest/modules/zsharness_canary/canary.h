/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ZSHARNESS_CANARY_H
#define ZSHARNESS_CANARY_H

/* Faults that are complete when the function returns, or end the guest. */
int canary_kasan_uaf(unsigned int seconds);
int canary_warn(unsigned int seconds);
int canary_lockdep(unsigned int seconds);
int canary_null_deref(unsigned int seconds);
int canary_panic(unsigned int seconds);
int canary_hostile_panic(unsigned int seconds);
int canary_list_corruption(unsigned int seconds);

/* Stalls: the caller is blocked for that many seconds. */
int canary_rcu_stall(unsigned int seconds);
int canary_soft_lockup(unsigned int seconds);
int canary_hung_task(unsigned int seconds);
int canary_dead_guest(unsigned int seconds);

/* Faults in data: probes that act on the next suitable call. */
int canary_leaked_handle(unsigned int seconds);
int canary_lost_page(unsigned int seconds);

#endif
