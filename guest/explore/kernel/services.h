/* SPDX-License-Identifier: GPL-2.0 */
/* What every service includes: the kernel's own headers, and the seam. */
#ifndef EXPLORE_SERVICES_H
#define EXPLORE_SERVICES_H

#include <linux/kernel.h>
#include <linux/version.h>
#include <linux/slab.h>
#include <linux/mm.h>

#include "explore.h"

#define CALLER ((unsigned long)__builtin_return_address(0))

/* Names are only for traces; a cache keeps the one that it was given. */
void *allocate(unsigned long size, gfp_t gfp, const char *kind, void *cache);
void release(const void *object, void *cache, unsigned long pc);

/* What is alive, for the balances. */
long pages_alive(void);
long cache_alive(const char *name);
long zspages_counted(void);

/* Work that is queued and did not run. Returns 0 when there was none. */
int work_run_one(void);
void work_run_all(void);

/* The number below that name in the line "Total" of zsmalloc's file in debugfs. */
long stat_total(const char *name);
int stat_is_there(void);
/* Pools of zsmalloc, by their files. */
int pools_alive(void);

/* Runs the shrinker that is registered last, as memory reclaim does. */
void shrinker_run(void);

/* How the writebacks of the running fiber fail. */
void failing_begin(enum failing_place place, int eviction);
void failing_end(void);
int failing_is_on(void);
/* zswap has no memory for the next entry of the running fiber. */
void failing_store(int on);
int failing_is_store(void);
void failing_next_eviction(void);
int failing_at(enum failing_place place);

/* Takes the item that was queued last off its queue. */
struct work_struct *work_take_last(void);

/* Those that no reader and no lock of the running thread holds back. */
void rcu_run_callbacks(void);

void initcalls_run(void);
void percpu_start(void);
int percpu_move(int fiber);
/* The CPU of that fiber goes offline. */
void cpu_offline(int fiber);

#endif
