// SPDX-License-Identifier: GPL-2.0
/* CPU hotplug: every CPU comes up when a callback is registered, and stays. */
#include "services.h"

#include <linux/cpuhotplug.h>

static int (*multi_up)(unsigned int, struct hlist_node *);

int __cpuhp_setup_state(enum cpuhp_state state, const char *name, bool invoke,
			int (*up)(unsigned int), int (*down)(unsigned int), bool multi)
{
	int cpu, error;

	if (multi) {
		multi_up = (void *)up;
		return 0;
	}
	for (cpu = 0; invoke && up && cpu < FIBERS; cpu++) {
		error = up(cpu);
		if (error)
			return error;
	}
	return 0;
}

void __cpuhp_remove_state(enum cpuhp_state state, bool invoke)
{
}

/* Only zswap's pools are instances. */
int __cpuhp_state_add_instance(enum cpuhp_state state, struct hlist_node *node, bool invoke)
{
	int cpu, error;

	for (cpu = 0; invoke && cpu < FIBERS; cpu++) {
		error = multi_up(cpu, node);
		if (error)
			return error;
	}
	return 0;
}

int __cpuhp_state_remove_instance(enum cpuhp_state state, struct hlist_node *node, bool invoke)
{
	return 0;
}
