// SPDX-License-Identifier: GPL-2.0
#include "fiber.h"

#include <string.h>
#include <sys/mman.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#include "choose.h"
#include "defect.h"
#include "executed.h"
#include "left.h"
#include "trace.h"

#define STACK_SIZE (256UL << 10)

struct fiber fibers[FIBERS];
int current_fiber;

static void *main_stack_pointer;
static enum outcome last_outcome;
static int running;

/* Saves what the ABI lets a callee not change, and loads it from the other stack. */
void stack_switch(void **save, void *load);
__asm__(".text\n.globl stack_switch\n.type stack_switch, @function\nstack_switch:\n"
	"push %rbp\n push %rbx\n push %r12\n push %r13\n push %r14\n push %r15\n"
	"mov %rsp, (%rdi)\n mov %rsi, %rsp\n"
	"pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbx\n pop %rbp\n ret\n"
	".size stack_switch, . - stack_switch\n");

#define SAVED_REGISTERS 6

/* ASan has to know which stack is in use; NULL is that of main(). */
#ifdef __SANITIZE_ADDRESS__
static const void *main_stack;
static size_t main_stack_size;

static void stack_is_left_for(const char *stack)
{
	if (stack)
		__sanitizer_start_switch_fiber(NULL, stack, STACK_SIZE);
	else
		__sanitizer_start_switch_fiber(NULL, main_stack, main_stack_size);
}

static void stack_is_entered(int from_main)
{
	const void *stack;
	size_t size;

	__sanitizer_finish_switch_fiber(NULL, &stack, &size);
	if (from_main) {
		main_stack = stack;
		main_stack_size = size;
	}
}
#else
static void stack_is_left_for(const char *stack)
{
	(void)stack;
}

static void stack_is_entered(int from_main)
{
	(void)from_main;
}
#endif

/* Whether the running fiber was entered from main(), not from another. */
static int entered_from_main;

static void run_program(const struct program *program)
{
	int i;

	for (i = 0; i < program->count; i++) {
		fiber_now()->way += i + 1;
		trace_operation(&program->operations[i]);
		world_do(&program->operations[i]);
	}
}

static void fiber_main(void)
{
	struct fiber *fiber = fiber_now();

	stack_is_entered(entered_from_main);
	if (current_fiber == FIBER_SETUP)
		world_start();
	if (fiber->program)
		run_program(fiber->program);
	if (current_fiber == FIBER_SETUP)
		world_ready();
	if (current_fiber == FIBER_AFTER)
		world_check();
	check_nothing_left();
	choose_after_end();
}

static char *new_stack(void)
{
	char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	/* The lowest page catches whoever needs more. */
	if (stack == MAP_FAILED || mprotect(stack, 4096, PROT_NONE))
		defect("no memory for a stack");
	return stack;
}

/* Frames that an execution abandoned are not entered again: ASan must forget them. */
static void unpoison(char *stack)
{
#ifdef __SANITIZE_ADDRESS__
	__asan_unpoison_memory_region(stack, STACK_SIZE);
#else
	(void)stack;
#endif
}

void fiber_prepare(int index, const struct program *program)
{
	struct fiber *fiber = &fibers[index];
	char *stack = fiber->stack ? fiber->stack : new_stack();
	void **top;

	unpoison(stack);
	memset(fiber, 0, sizeof(*fiber));
	fiber->stack = stack;
	fiber->state = FIBER_READY;
	fiber->program = program;
	fiber->history = hash_word((struct hash){ 1, 2 }, index);
	fiber->clock[index] = 1;
	executed_begin(index);
	/* A return into fiber_main() needs the stack of a call: 8 mod 16. */
	top = (void **)(stack + STACK_SIZE) - 4;
	top[0] = (void *)fiber_main;
	top[1] = NULL;
	memset(top - SAVED_REGISTERS, 0, SAVED_REGISTERS * sizeof(*top));
	fiber->stack_pointer = top - SAVED_REGISTERS;
}

enum outcome fiber_run(int fiber)
{
	current_fiber = fiber;
	world_set_cpu(fiber);
	running = 1;
	entered_from_main = 1;
	stack_is_left_for(fibers[fiber].stack);
	stack_switch(&main_stack_pointer, fibers[fiber].stack_pointer);
	stack_is_entered(0);
	running = 0;
	return last_outcome;
}

void fiber_end_execution(enum outcome outcome)
{
	void *abandoned;

	last_outcome = outcome;
	stack_is_left_for(NULL);
	stack_switch(&abandoned, main_stack_pointer);
	__builtin_unreachable();
}

void fiber_switch(int to)
{
	int from = current_fiber;

	fibers[to].state = FIBER_READY;
	if (to == from)
		return;
	current_fiber = to;
	world_set_cpu(to);
	entered_from_main = 0;
	stack_is_left_for(fibers[to].stack);
	stack_switch(&fibers[from].stack_pointer, fibers[to].stack_pointer);
	stack_is_entered(0);
}

int fiber_can_run(int index)
{
	struct fiber *fiber = &fibers[index];

	return fiber->state == FIBER_READY ||
	       (fiber->state == FIBER_BLOCKED && fiber->ready(fiber->waits_for));
}

int fiber_on_stack(unsigned long address)
{
	int i;

	for (i = 0; i < FIBERS; i++)
		if (fibers[i].stack && address - (unsigned long)fibers[i].stack < STACK_SIZE)
			return 1;
	return 0;
}

int fiber_running(void)
{
	return running;
}
