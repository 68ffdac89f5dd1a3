// SPDX-License-Identifier: GPL-2.0
/* Faults without a splat: only balances and verified data show them. */
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/zsmalloc.h>

#include "canary.h"

#define LOST_PAGES 8

/* leaked-handle: one zs_free() returns without freeing. */

static atomic_t leaks_left = ATOMIC_INIT(1);

#if defined(CONFIG_X86_64)
#define CAN_RETURN true
static void return_at_once(struct pt_regs *regs)
{
	instruction_pointer_set(regs, *(unsigned long *)regs->sp);
	regs->sp += sizeof(unsigned long);
}
#elif defined(CONFIG_ARM64)
#define CAN_RETURN true
static void return_at_once(struct pt_regs *regs)
{
	instruction_pointer_set(regs, procedure_link_pointer(regs));
}
#else
/* Another architecture has all canaries but this one. */
#define CAN_RETURN false
static void return_at_once(struct pt_regs *regs)
{
}
#endif

static int leak_pre(struct kprobe *probe, struct pt_regs *regs)
{
	if (atomic_dec_if_positive(&leaks_left) < 0)
		return 0;
	return_at_once(regs);
	return 1;
}
NOKPROBE_SYMBOL(leak_pre);

/* A probe with a post handler is never optimized into a jump. */
static void leak_post(struct kprobe *probe, struct pt_regs *regs,
		      unsigned long flags)
{
}
NOKPROBE_SYMBOL(leak_post);

static struct kprobe leak_probe = {
	.symbol_name = "zs_free",
	.pre_handler = leak_pre,
	.post_handler = leak_post,
};

int canary_leaked_handle(unsigned int seconds)
{
	return CAN_RETURN ? register_kprobe(&leak_probe) : -EOPNOTSUPP;
}

/*
 * lost-page: flip one byte of the compressed data of a page.  lzo's data
 * begins with literals, so the page still decompresses, but to other content.
 */

#define LITERAL_OFFSET	32
#define BYTES_MIN	700
#define BYTES_MAX	2500

static atomic_t pages_left = ATOMIC_INIT(LOST_PAGES);

static bool can_lose(size_t size)
{
	return size >= BYTES_MIN && size <= BYTES_MAX &&
	       atomic_read(&pages_left) > 0;
}

#ifdef HAVE_ZS_MAP_OBJECT

/*
 * Follow the store of a page through zs_malloc() (its size), zs_map_object()
 * (its address) and zs_unmap_object().
 */
static struct task_struct *victim;
static u8 *victim_data;

static int malloc_pre(struct kprobe *probe, struct pt_regs *regs)
{
	size_t size = regs_get_kernel_argument(regs, 1);

	if (READ_ONCE(victim) == current)
		WRITE_ONCE(victim, NULL);
	if (!can_lose(size))
		return 0;
	cmpxchg(&victim, NULL, current);
	return 0;
}
NOKPROBE_SYMBOL(malloc_pre);

static int map_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return READ_ONCE(victim) != current ||
	       regs_get_kernel_argument(regs, 2) != ZS_MM_WO;
}
NOKPROBE_SYMBOL(map_entry);

static int map_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	victim_data = (u8 *)regs_return_value(regs);
	return 0;
}
NOKPROBE_SYMBOL(map_return);

static int unmap_pre(struct kprobe *probe, struct pt_regs *regs)
{
	if (READ_ONCE(victim) != current || !victim_data)
		return 0;
	victim_data[LITERAL_OFFSET] ^= 0x20;
	victim_data = NULL;
	atomic_dec(&pages_left);
	WRITE_ONCE(victim, NULL);
	return 0;
}
NOKPROBE_SYMBOL(unmap_pre);

static struct kprobe malloc_probe = {
	.symbol_name = "zs_malloc",
	.pre_handler = malloc_pre,
};

static struct kretprobe map_probe = {
	.kp.symbol_name = "zs_map_object",
	.entry_handler = map_entry,
	.handler = map_return,
};

static struct kprobe unmap_probe = {
	.symbol_name = "zs_unmap_object",
	.pre_handler = unmap_pre,
};

int canary_lost_page(unsigned int seconds)
{
	int ret = register_kprobe(&unmap_probe);

	if (ret)
		return ret;
	ret = register_kretprobe(&map_probe);
	if (ret)
		goto no_map;
	ret = register_kprobe(&malloc_probe);
	if (ret)
		goto no_malloc;
	return 0;

no_malloc:
	unregister_kretprobe(&map_probe);
no_map:
	unregister_kprobe(&unmap_probe);
	return ret;
}

#else

static int write_pre(struct kprobe *probe, struct pt_regs *regs)
{
	u8 *data = (u8 *)regs_get_kernel_argument(regs, 2);

	if (!can_lose(regs_get_kernel_argument(regs, 3)))
		return 0;
	data[LITERAL_OFFSET] ^= 0x20;
	atomic_dec(&pages_left);
	return 0;
}
NOKPROBE_SYMBOL(write_pre);

static struct kprobe write_probe = {
	.symbol_name = "zs_obj_write",
	.pre_handler = write_pre,
};

int canary_lost_page(unsigned int seconds)
{
	return register_kprobe(&write_probe);
}

#endif
