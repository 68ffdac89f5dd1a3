// SPDX-License-Identifier: GPL-2.0
/* CPU hotplug: every CPU comes up when a callback is registered, and stays. */
#include "services.h"

#include <linux/cpuhotplug.h>

int __cpuhp_setup_state(enum cpuhp_state state, const char *name, bool invoke,
			int (*up)(unsigned int), int (*down)(unsigned int), bool multi)
{
	int cpu, error;

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
