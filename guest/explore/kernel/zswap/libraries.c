// SPDX-License-Identifier: GPL-2.0
/* What the kernel's own lib/xarray.c, lib/percpu-refcount.c and mm/list_lru.c ask for. */
#include "services.h"

#include <linux/radix-tree.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "slots.h"

/* lib/radix-tree.c: nodes come from a cache of empty ones, and go back empty after a grace period. */

struct kmem_cache *radix_tree_node_cachep;

static void make_empty(void *memory)
{
	struct radix_tree_node *node = memory;

	__builtin_memset(node, 0, sizeof(*node));
	INIT_LIST_HEAD(&node->private_list);
}

void libraries_start(void)
{
	radix_tree_node_cachep = kmem_cache_create("radix_tree_node", sizeof(struct radix_tree_node), 0, 0,
						   make_empty);
}

void radix_tree_node_rcu_free(struct rcu_head *head);
void radix_tree_node_rcu_free(struct rcu_head *head)
{
	struct radix_tree_node *node = container_of(head, struct radix_tree_node, rcu_head);

	make_empty(node);
	kmem_cache_free(radix_tree_node_cachep, node);
}

/*
 * A reference count waits only for the callback of RCU that ends its switch to
 * one counter. Who waits lets the callbacks come.
 */

void init_wait_entry(struct wait_queue_entry *entry, int flags)
{
}

long prepare_to_wait_event(struct wait_queue_head *head, struct wait_queue_entry *entry, int state)
{
	return 0;
}

void finish_wait(struct wait_queue_head *head, struct wait_queue_entry *entry)
{
}

void schedule(void)
{
	synchronize_rcu();
}

/* By another name, since its answer changed. */
int nobody_is_woken(struct wait_queue_head *head, unsigned int mode, int count, void *key) asm("__wake_up");
int nobody_is_woken(struct wait_queue_head *head, unsigned int mode, int count, void *key)
{
	return 0;
}

/* lib/find_bit.c, lib/bitmap.c */

unsigned long _find_next_bit(const unsigned long *bits, unsigned long size, unsigned long from);
unsigned long _find_next_bit(const unsigned long *bits, unsigned long size, unsigned long from)
{
	for (; from < size; from++)
		if (bits[from / BITS_PER_LONG] >> from % BITS_PER_LONG & 1)
			break;
	return min(from, size);
}

void __bitmap_clear(unsigned long *bits, unsigned int from, int count)
{
	unsigned int i;

	access_plain((unsigned long)(bits + from / BITS_PER_LONG), 8, ACCESS_WRITE, CALLER);
	for (i = from; i < from + count; i++)
		bits[i / BITS_PER_LONG] &= ~(1UL << i % BITS_PER_LONG);
}
