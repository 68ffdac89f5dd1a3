// SPDX-License-Identifier: MIT

/** How lines begin after which the stacks of other lock chains follow. */
export const lockChains: readonly RegExp[] = [
  /-> #\d+ /,
  /the existing dependency chain/,
  /\{(?:IN-)?[A-Z-]+\} state was registered at:/,
  /the dependencies between/,
  /the shortest dependencies/,
  /which lock already depends on/,
  /but this new dependency/,
]

/** How lines begin after which the stack of the allocation follows. */
export const allocations: readonly RegExp[] = [
  /Allocated by task/,
  /allocated by task/,
  /INFO: Allocated in/,
  /Allocated in /,
  /Allocated:$/,
  /Uninit was created at:/,
  /Local variable .* created at:/,
  /page last allocated via/,
  /page_owner tracks the page as allocated/,
]

/** How lines begin after which the stack of the free follows. */
export const frees: readonly RegExp[] = [
  /Freed by task/,
  /freed by task/,
  /INFO: Freed in/,
  /Freed in /,
  /Freed:$/,
  /page last free /,
]

/** How lines begin after which frames follow that belong to no stack of the report. */
export const asides: readonly RegExp[] = [
  /(?:Last|Second to last) (?:potentially related work creation|call_rcu\(\)):/,
  /Last potentially related/,
  /Modules linked in:/,
  /Uninit was stored to memory at:/,
  /Memory state around/,
  // s390, below the stack: where the CPU jumped last.
  /Last Breaking-Event-Address/,
  /The buggy address/,
  /Thread .* created/,
  /Preemption disabled at:/,
  /softirqs? (?:last|raised)/,
  /(?:hard|soft)irqs last +(?:en|dis)abled at/,
  /Showing all locks/,
  // Since 5.12 arm prints where the object was allocated that a register points to.
  /Register r\d{1,2} information:/,
  /Showing (?:busy|backtraces)/,
  /Mem-Info/,
]

/** Parts of lines after which the place follows where the task takes the lock, in a report of lockdep. */
export const acquisitions: readonly RegExp[] = [
  /is trying to (?:acquire|release lock|lock|contend lock)\b/,
  /\] takes:$/,
  /just changed the state of lock:/,
]

/** How lines begin after which the report's own stack follows. */
export const ownStacks: readonly RegExp[] = [
  // Lockdep
  /but (?:task is already holding|now in release context)/,
  /but there are no (?:more )?locks/,
  /but this (?:new dependency|task is not|lock)/,
  /other info that might/,
  /which lock already/,
  /and this task is already/,
  // Every report
  /stack backtrace/,
  /backtrace(?: \(crc [0-9a-f]+\))?/,
  /Backtrace/,
  /Call [Tt]race/,
  /Stack: \(0x/,
  /ref_tracker: .* users? at$/,
  /CPU: \d+ (?:UID: \d+ )?PID: \d+/,
]

/** Functions through which an interrupt enters, without the prefixes of the entry code. */
export const interrupts: readonly RegExp[] = [
  // x86
  /apic_?(?:timer)?_?(?:single|interrupt|ipi)\w*/,
  /call_function_?(?:timer)?_?(?:single|interrupt|ipi)\w*/,
  /reschedule_?(?:timer)?_?(?:single|interrupt|ipi)\w*/,
  /reboot_?(?:timer)?_?(?:single|interrupt|ipi)\w*/,
  /hyperv_(?:callback|reenlightenment|stimer0)\w*/,
  /common_interrupt/,
  /ret_from_intr/,
  /retint_kernel/,
  /do_IRQ/,
  // arm64 and arm
  /el1_irq/,
  /el1_interrupt/,
  /el1h_64_irq/,
  /el1h_64_irq_handler/,
  /irq_svc/,
  /gic_handle_irq/,
  /call_on_irq_stack/,
  /handle_arch_irq/,
  // riscv
  /riscv_intc_irq/,
  /handle_riscv_irq/,
  /do_irq/,
  // s390
  /do_irq_async/,
  /do_(?:ext|io)_irq/,
  /(?:ext|io)_int_handler/,
  // mips
  /plat_irq_dispatch/,
  /handle_int/,
  /except_vec_vi_end/,
  // loongarch
  /handle_loongarch_irq/,
  /do_vint/,
]

/** How lines of such a report begin before its stack: the stack may be left out. */
export const strangerLines: readonly RegExp[] = [
  /name \w+, interval /,
  /CPU: \d/,
  /Hardware name:/,
  /Tainted:/,
  /Workqueue:/,
  /Call [Tt]race/,
  /Backtrace/,
  /<\/?[A-Z]+>/,
]

/** How lines begin after which a whole report of something else follows, with a stack: it may stand inside any other. */
export const strangers: readonly RegExp[] = [
  /FAULT_INJECTION: forcing a failure/,
  // Its second line, where the first one is lost.
  /name \w{1,64}, interval \d+, probability /,
  /[\w:./()-]{1,32}: page allocation (?:failure|stall)/,
]
