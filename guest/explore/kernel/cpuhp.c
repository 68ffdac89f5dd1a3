// SPDX-License-Identifier: GPL-2.0
/*
 * CPU hotplug. Every CPU comes up when a callback is registered; one may go
 * offline.
 *
 * What it asserts about kernel/cpu.c:
 *  H1 cpus_write_lock(): one CPU comes or goes at a time, and no instance is
 *     added or removed meanwhile.
 *  H2 takedown_cpu(), stop_machine: a CPU dies when no task on any CPU is in a
 *     section without preemption. What ran on it goes on elsewhere.
 *  H3 callbacks of states before CPUHP_BRINGUP_CPU come after that, the last
 *     registered state first, in the thread that takes the CPU offline.
 */
#include "services.h"

#include <linux/cpuhotplug.h>

#define STATES_MAX 8
#define INSTANCES_MAX 8

static struct state {
	enum cpuhp_state state;
	bool multi;
	int (*up)(unsigned int), (*down)(unsigned int);
	struct hlist_node *instances[INSTANCES_MAX];
} states[STATES_MAX];

static struct {
	int owner, readers;
} cpus_lock;

static struct state *find_state(enum cpuhp_state state)
{
	int i;

	for (i = 0; i < STATES_MAX; i++)
		if (states[i].state == state && (states[i].up || states[i].down))
			return &states[i];
	return NULL;
}

static struct state *new_state(void)
{
	int i;

	for (i = 0; i < STATES_MAX; i++)
		if (!states[i].up && !states[i].down)
			return &states[i];
	explorer_lacks("room for more states of CPU hotplug");
}

static int call(int (*callback)(unsigned int), int cpu, struct hlist_node *node)
{
	if (!callback)
		return 0;
	return node ? ((int (*)(unsigned int, struct hlist_node *))(void *)callback)(cpu, node) : callback(cpu);
}

static int bring_up(int (*up)(unsigned int), struct hlist_node *node)
{
	int cpu, error = 0;

	for (cpu = 0; !error && cpu < CPUS; cpu++)
		error = call(up, cpu, node);
	return error;
}

int __cpuhp_setup_state(enum cpuhp_state number, const char *name, bool invoke,
			int (*up)(unsigned int), int (*down)(unsigned int), bool multi)
{
	struct state *state;

	if (!up && !down)
		return 0;
	state = new_state();
	*state = (struct state){ .state = number, .multi = multi, .up = up, .down = down };
	return invoke && !multi ? bring_up(up, NULL) : 0;
}

void __cpuhp_remove_state(enum cpuhp_state number, bool invoke)
{
	struct state *state = find_state(number);

	if (state)
		*state = (struct state){ };
}

/* Only zswap's pools are instances. */
int __cpuhp_state_add_instance(enum cpuhp_state number, struct hlist_node *node, bool invoke)
{
	struct state *state = find_state(number);
	int i, error;

	lock_take(&cpus_lock, TAKE_SLEEPING, CALLER);
	error = state && invoke ? bring_up(state->up, node) : 0;
	for (i = 0; state && !error && i < INSTANCES_MAX; i++)
		if (!state->instances[i]) {
			state->instances[i] = node;
			break;
		}
	if (i == INSTANCES_MAX)
		explorer_lacks("room for more instances of CPU hotplug");
	lock_drop(&cpus_lock, TAKE_SLEEPING, CALLER);
	return error;
}

int __cpuhp_state_remove_instance(enum cpuhp_state number, struct hlist_node *node, bool invoke)
{
	struct state *state = find_state(number);
	int i, cpu;

	lock_take(&cpus_lock, TAKE_SLEEPING, CALLER);
	for (i = 0; state && i < INSTANCES_MAX; i++)
		if (state->instances[i] == node)
			state->instances[i] = NULL;
	for (cpu = 0; state && invoke && cpu < CPUS; cpu++)
		call(state->down, cpu, node);
	lock_drop(&cpus_lock, TAKE_SLEEPING, CALLER);
	return 0;
}

static void take_down(struct state *state, int cpu)
{
	int i;

	if (!state->multi)
		call(state->down, cpu, NULL);
	for (i = INSTANCES_MAX - 1; state->multi && i >= 0; i--)
		if (state->instances[i])
			call(state->down, cpu, state->instances[i]);
}

static struct state *highest_below(int number)
{
	struct state *found = NULL;
	int i;

	for (i = 0; i < STATES_MAX; i++)
		if ((states[i].up || states[i].down) && (int)states[i].state < number &&
		    (!found || states[i].state > found->state))
			found = &states[i];
	return found;
}

static int nobody_is_atomic(void *argument)
{
	return fibers_are_preemptible();
}

void cpu_offline(int fiber)
{
	struct state *state;
	int cpu;

	lock_take(&cpus_lock, TAKE_SLEEPING, CALLER);
	wait_until(nobody_is_atomic, NULL, "all CPUs to be stopped");
	cpu = percpu_move(fiber);
	for (state = highest_below(CPUHP_BRINGUP_CPU); cpu >= 0 && state; state = highest_below(state->state))
		take_down(state, cpu);
	lock_drop(&cpus_lock, TAKE_SLEEPING, CALLER);
}
