// SPDX-License-Identifier: GPL-2.0
/*
 * Plants real faults, to show that the harness finds each and names it
 * correctly.  A module parameter selects the kind, or several with commas.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "canary.h"
#include "faults.h"

static char *kind = "";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "which faults to plant");

static unsigned int seconds = 60;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "how long a stall or a hang lasts");

static const struct {
	const char *kind;
	int (*plant)(unsigned int seconds);
} canaries[] = {
	{ "kasan-uaf", canary_kasan_uaf },
	{ "warn", canary_warn },
	{ "lockdep", canary_lockdep },
	{ "null-deref", canary_null_deref },
	{ "panic", canary_panic },
	{ "hostile-panic", canary_hostile_panic },
	{ "list-corruption", canary_list_corruption },
	{ "rcu-stall", canary_rcu_stall },
	{ "soft-lockup", canary_soft_lockup },
	{ "hung-task", canary_hung_task },
	{ "dead-guest", canary_dead_guest },
	{ "leaked-handle", canary_leaked_handle },
	{ "lost-page", canary_lost_page },
};

static int plant(const char *one)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(canaries); i++)
		if (!strcmp(one, canaries[i].kind))
			return canaries[i].plant(seconds);
	return fault_plant(one);
}

static int __init zsharness_canary_init(void)
{
	char *rest = kstrdup(kind, GFP_KERNEL), *one;
	int ret = rest ? 0 : -ENOMEM;

	while (!ret && (one = strsep(&rest, ","))) {
		pr_notice("zsharness_canary: %s\n", one);
		ret = plant(one);
		if (ret == -ENOENT)
			pr_err("zsharness_canary: unknown kind \"%s\"\n", one);
	}
	return ret == -ENOENT ? -EINVAL : ret;
}

/* No exit: the fault stays until the guest ends. */
module_init(zsharness_canary_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Plants one kernel fault");
