// SPDX-License-Identifier: GPL-2.0
/*
 * Plants one real fault, to show that the harness finds it and names it
 * correctly.  A module parameter selects the kind.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "canary.h"

static char *kind = "";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "which fault to plant");

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

static int __init zsharness_canary_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(canaries); i++) {
		if (strcmp(kind, canaries[i].kind))
			continue;
		pr_notice("zsharness_canary: %s\n", kind);
		return canaries[i].plant(seconds);
	}
	pr_err("zsharness_canary: unknown kind \"%s\"\n", kind);
	return -EINVAL;
}

/* No exit: the fault stays until the guest ends. */
module_init(zsharness_canary_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Plants one kernel fault");
