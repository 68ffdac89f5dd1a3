// SPDX-License-Identifier: GPL-2.0
/*
 * Per-CPU data as arch/x86 finds it: %gs has the offset of this CPU's copy.
 * Each fiber has a CPU of its own. When that goes offline, it goes on on one
 * that was idle.
 */
#include "services.h"

#include <linux/percpu.h>
#include <linux/sched.h>

/* The Makefile gathers the per-CPU sections of all objects in one. */
extern char __start_kernel_percpu[], __stop_kernel_percpu[];

#define INITIAL_COUNT	PREEMPT_NEED_RESCHED	/* it is inverted */
#define COUNT_MASK	~PREEMPT_NEED_RESCHED
#define IN_PERCPU	__section(".data..percpu") __used

unsigned long __per_cpu_offset[NR_CPUS];
unsigned long this_cpu_off IN_PERCPU;

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
int __preempt_count IN_PERCPU = INITIAL_COUNT;
struct task_struct *current_task IN_PERCPU;
#define count_of(cpu)	(*(int *)copy_of(&__preempt_count, cpu))
#define task_of(cpu)	(*(struct task_struct **)copy_of(&current_task, cpu))
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
struct pcpu_hot pcpu_hot IN_PERCPU = { .preempt_count = INITIAL_COUNT };
#define count_of(cpu)	(((struct pcpu_hot *)copy_of(&pcpu_hot, cpu))->preempt_count)
#define task_of(cpu)	(((struct pcpu_hot *)copy_of(&pcpu_hot, cpu))->current_task)
#else
typeof(__preempt_count) __preempt_count IN_PERCPU = INITIAL_COUNT;
struct task_struct *current_task IN_PERCPU;
#define count_of(cpu)	(*(typeof(__preempt_count) *)copy_of(&__preempt_count, cpu))
#define task_of(cpu)	(*(struct task_struct **)copy_of(&current_task, cpu))
#endif

static char tasks[FIBERS][sizeof(struct task_struct)] __aligned(64);
static int started;
static int moved;			/* the fiber that runs on the spare CPU */

static unsigned long offset_of(int cpu)
{
	return PERCPU + cpu * PERCPU_EACH - (unsigned long)__start_kernel_percpu;
}

static void *copy_of(void *variable, int cpu)
{
	return (char *)variable + offset_of(cpu);
}

static int cpu_of(int fiber)
{
	return fiber == moved && moved ? SPARE_CPU : fiber;
}

void percpu_start(void)
{
	unsigned long size = __stop_kernel_percpu - __start_kernel_percpu;
	int cpu;

	percpu_take(size);
	for (cpu = 0; cpu < CPUS; cpu++) {
		unsigned long at = PERCPU + cpu * PERCPU_EACH;

		__builtin_memcpy((void *)at, __start_kernel_percpu, size);
		memory_allocated(at, size);
		__per_cpu_offset[cpu] = offset_of(cpu);
		*(unsigned long *)copy_of(&this_cpu_off, cpu) = offset_of(cpu);
		task_of(cpu) = (struct task_struct *)tasks[cpu % FIBERS];
	}
	started = 1;
	world_set_cpu(current_fiber);
}

void world_set_cpu(int fiber)
{
	unsigned long offset = started ? offset_of(cpu_of(fiber)) : 0;

	asm volatile("wrgsbase %0" :: "r" (offset));
}

/* Returns the CPU that it has left, or -1 when there is none to go to. */
int percpu_move(int fiber)
{
	if (moved)
		return -1;
	moved = fiber;
	task_of(SPARE_CPU) = (struct task_struct *)tasks[fiber];
	fiber_moved(fiber);
	if (fiber == current_fiber)
		world_set_cpu(fiber);
	return fiber;
}

int world_preempt_count(int fiber)
{
	return started ? count_of(cpu_of(fiber)) & COUNT_MASK : 0;
}

static void __percpu *take_percpu(size_t size)
{
	unsigned long offset = percpu_take(size);
	int cpu;

	for (cpu = 0; cpu < CPUS; cpu++) {
		unsigned long at = PERCPU + cpu * PERCPU_EACH + offset;

		__builtin_memset((void *)at, 0, size);
		memory_allocated(at, size);
	}
	return (void __percpu *)(__start_kernel_percpu + offset);
}

#ifdef alloc_hooks
void __percpu *pcpu_alloc_noprof(size_t size, size_t align, bool reserved, gfp_t gfp)
#else
void __percpu *__alloc_percpu(size_t size, size_t align)
#endif
{
	return take_percpu(size);
}

void free_percpu(void __percpu *pointer)
{
}
