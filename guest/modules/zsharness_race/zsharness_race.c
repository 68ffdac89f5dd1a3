// SPDX-License-Identifier: GPL-2.0
/*
 * Widens and counts a race between the writeback of a compressed page and the
 * free of that page on another CPU.
 *
 * A probe at the entry of the function "hold" publishes one of its arguments,
 * the key, and waits, for a bounded time, until another CPU has returned from
 * the function "until" with the same key: a hit.  The module only adds this
 * wait to the code under test; preemption could do the same.
 *
 * The host names both functions, since they differ between kernels.  Where
 * zsmalloc has the LRU, reclaim reads a handle from a zspage without holding
 * pool->lock and passes it to zswap_writeback_entry(), and zs_free() frees
 * it.  Where zswap has an LRU for each memory cgroup, writeback drops the
 * LRU's lock and takes the swap slot's place in the swap cache, and
 * zswap_invalidate() frees the entry of that slot.
 *
 * With window_us=0 nothing waits, "until" is not probed, and the module only
 * counts evictions.
 */
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/processor.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#define WINDOW_US_MAX	50000
/* A stopped clock must not turn a window into a lockup. */
#define SPINS_PER_US	1000

static unsigned int window_us;

static char *hold = "zswap_writeback_entry";
module_param(hold, charp, 0444);
MODULE_PARM_DESC(hold, "function at whose entry a window opens");

static unsigned int hold_arg = 1;
module_param(hold_arg, uint, 0444);
MODULE_PARM_DESC(hold_arg, "its argument that is the key, from 0");

static char *until = "zs_free";
module_param(until, charp, 0444);
MODULE_PARM_DESC(until, "function whose return closes the window");

static unsigned int until_arg = 1;
module_param(until_arg, uint, 0444);
MODULE_PARM_DESC(until_arg, "its argument that is the key, from 0");

/* Where page faults call the function too, they must not wait. */
static bool kworkers;
module_param(kworkers, bool, 0444);
MODULE_PARM_DESC(kworkers, "open windows in kworkers only");

/* Whether "hold" is the eviction itself and returns an error. */
static bool evicts = true;
module_param(evicts, bool, 0444);
MODULE_PARM_DESC(evicts, "count returns of the function as evictions");

/* The key whose window is open.  The probe of "until" clears it. */
static atomic_long_t published;

static atomic_long_t windows, hits, timeouts, evictions, evict_failed;

static bool window_wait(unsigned int us)
{
	u64 end = ktime_get_mono_fast_ns() + us * NSEC_PER_USEC;
	unsigned int spins = us * SPINS_PER_US;

	while (atomic_long_read(&published)) {
		if (!spins-- || ktime_get_mono_fast_ns() > end)
			return false;
		cpu_relax();
	}
	return true;
}

/*
 * Runs in the context of the probe: preemption is off, and interrupts are off
 * too when the probe is a breakpoint.  The caller holds page locks but no
 * spinlock, so the other CPU can free meanwhile.  If that CPU needs an IPI
 * from this one, as for a TLB flush, it waits until the window times out.
 */
static int evict_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	unsigned int us = min_t(unsigned int, READ_ONCE(window_us),
				WINDOW_US_MAX);
	long key = regs_get_kernel_argument(regs, hold_arg);

	if (!us || !key || (kworkers && !(current->flags & PF_WQ_WORKER)))
		return 0;
	/* One window at a time. */
	if (atomic_long_cmpxchg(&published, 0, key))
		return 0;
	atomic_long_inc(&windows);
	if (window_wait(us) || atomic_long_cmpxchg(&published, key, 0) != key)
		atomic_long_inc(&hits);
	else
		atomic_long_inc(&timeouts);
	return 0;
}
NOKPROBE_SYMBOL(evict_entry);

static int evict_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (!evicts)
		return 0;
	atomic_long_inc(&evictions);
	if ((int)regs_return_value(regs))
		atomic_long_inc(&evict_failed);
	return 0;
}
NOKPROBE_SYMBOL(evict_return);

static int free_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	long key = regs_get_kernel_argument(regs, until_arg);

	*(long *)ri->data = key;
	/* For any other key, the return does not matter. */
	return !key || key != atomic_long_read(&published);
}
NOKPROBE_SYMBOL(free_entry);

static int free_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	atomic_long_cmpxchg(&published, *(long *)ri->data, 0);
	return 0;
}
NOKPROBE_SYMBOL(free_return);

static struct kretprobe evict_probe = {
	.entry_handler = evict_entry,
	.handler = evict_return,
	.maxactive = 64,
};

static struct kretprobe free_probe = {
	.entry_handler = free_entry,
	.handler = free_return,
	.data_size = sizeof(long),
	.maxactive = 64,
};

static bool ready;

/* A probe on every free costs time, so enable it for windows only. */
static int window_set(const char *text, const struct kernel_param *kp)
{
	int ret = param_set_uint(text, kp);

	if (ret || !ready)
		return ret;
	return window_us ? enable_kretprobe(&free_probe) :
			   disable_kretprobe(&free_probe);
}

static const struct kernel_param_ops window_ops = {
	.set = window_set,
	.get = param_get_uint,
};

module_param_cb(window_us, &window_ops, &window_us, 0644);
MODULE_PARM_DESC(window_us, "longest wait for the other CPU, in us");

static int counter_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%ld\n", atomic_long_read(kp->arg));
}

static const struct kernel_param_ops counter_ops = { .get = counter_get };

module_param_cb(windows, &counter_ops, &windows, 0444);
module_param_cb(hits, &counter_ops, &hits, 0444);
module_param_cb(timeouts, &counter_ops, &timeouts, 0444);
module_param_cb(evictions, &counter_ops, &evictions, 0444);
module_param_cb(evict_failed, &counter_ops, &evict_failed, 0444);

static unsigned long missed_by(const struct kretprobe *probe)
{
	return probe->nmissed + probe->kp.nmissed;
}

static int missed_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%lu\n",
			  missed_by(&evict_probe) + missed_by(&free_probe));
}

static const struct kernel_param_ops missed_ops = { .get = missed_get };

module_param_cb(missed, &missed_ops, NULL, 0444);

/* A dying guest sends no more records, so print the last count. */
static int count_at_panic(struct notifier_block *nb, unsigned long event,
			  void *message)
{
	pr_emerg("zsharness_race: %ld hits in %ld windows\n",
		 atomic_long_read(&hits), atomic_long_read(&windows));
	return NOTIFY_DONE;
}

static struct notifier_block at_panic = { .notifier_call = count_at_panic };

static int __init zsharness_race_init(void)
{
	int ret;

	evict_probe.kp.symbol_name = hold;
	free_probe.kp.symbol_name = until;
	ret = register_kretprobe(&evict_probe);
	if (ret)
		return ret;
	ret = register_kretprobe(&free_probe);
	if (ret) {
		unregister_kretprobe(&evict_probe);
		return ret;
	}
	atomic_notifier_chain_register(&panic_notifier_list, &at_panic);
	ready = true;
	return window_us ? 0 : disable_kretprobe(&free_probe);
}

static void __exit zsharness_race_exit(void)
{
	atomic_notifier_chain_unregister(&panic_notifier_list, &at_panic);
	unregister_kretprobe(&evict_probe);
	unregister_kretprobe(&free_probe);
}

module_init(zsharness_race_init);
module_exit(zsharness_race_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Widens and counts races of zswap writeback with zs_free");
