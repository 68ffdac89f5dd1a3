/* SPDX-License-Identifier: GPL-2.0 */
/*
 * --memory tso: a plain store is seen by its own thread at once, and by others
 * only when it leaves the thread's store buffer, in order. Only stores to racy
 * words are held back, since nobody can tell of the others.
 *
 * The kernel's code stores by itself, after the hook. So memory holds what the
 * running thread sees; at a switch the values that others do not see yet are
 * taken back (stores_hide) and put in again (stores_show).
 */
#ifndef EXPLORE_STORES_H
#define EXPLORE_STORES_H

#include "hash.h"

void stores_forget(void);
int stores_add(unsigned long address, unsigned long size);	/* before it happens */
int stores_pending(int fiber);
int stores_has(int fiber, unsigned long address);
void stores_drain(int fiber);			/* a fence of the running thread */
void stores_drain_all(void);			/* of every CPU, as a grace period is one */
void stores_flush_oldest(int fiber);		/* of one that does not run */
void stores_hide(int fiber);
void stores_show(int fiber);
struct hash stores_hash(int fiber);

#endif
