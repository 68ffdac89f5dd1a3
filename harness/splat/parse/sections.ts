// SPDX-License-Identifier: MIT

/** Whose frames follow. */
export type Section = 'main' | 'alloc' | 'free' | 'aside' | 'acquire'

/** Lines after which the frames are of another stack; the first that matches counts. */
export const SECTIONS: readonly (readonly [RegExp, Section])[] = [
  [
    /^(?:-> #\d+ |the existing dependency chain|.* to a HARDIRQ-irq-unsafe lock|\{(?:IN-)?[A-Z-]+\} state was registered at:|the dependencies between|the shortest dependencies|which lock already depends on|but this new dependency)/,
    'aside',
  ],
  [
    /^Allocated by task|^allocated by task|^INFO: Allocated in|^Allocated in |^Uninit was created at:|^page last allocated via|^page_owner tracks the page as allocated|^Local variable .* created at:|^Allocated:$/,
    'alloc',
  ],
  [/^Freed by task|^freed by task|^INFO: Freed in|^Freed in |^page last free |^Freed:$/, 'free'],
  [
    /^(?:Last|Second to last) (?:potentially related work creation|call_rcu\(\)):|^Uninit was stored to memory at:|^Last potentially related|^Memory state around|^Showing all locks|^The buggy address|^Thread .* created|^Preemption disabled at:|^softirqs? (?:last|raised)|^Showing (?:busy|backtraces)|^Mem-Info/,
    'aside',
  ],
  [/is trying to (?:acquire|release lock|lock|contend lock)\b|\] takes:$|just changed the state of lock:/, 'acquire'],
  [
    /^(?:but task is already holding|but there are no (?:more )?locks|but this (?:new dependency|task is not|lock)|other info that might|which lock already|and this task is already)/,
    'main',
  ],
  [
    /^(?:stack backtrace|backtrace(?: \(crc [0-9a-f]+\))?|Call [Tt]race|Backtrace|Call Trace|CPU: \d+ (?:UID: \d+ )?PID: \d+):?/,
    'main',
  ],
]

/** One side of a race as KCSAN tells it. */
export const RACE =
  /^(?:race at unknown origin, with )?(?:(?:read|write|read-write|assert no \w+)(?: \(\w+\))? )?(?:to|of) 0x[0-9a-f]+ of \d+ bytes by (?:task|interrupt)|^(?:race at unknown origin, with )?(?:read|write|read-write|assert no (?:writes|accesses))(?: \([a-z]+\))? to 0x/
/** Functions through which an interrupt enters. */
export const INTERRUPT =
  /^(?:__)?(?:asm_|xen_|smp_|ret_from_)?(?:sysvec_|idtentry_)?(?:(?:apic|call_function|reschedule|reboot|hyperv\w*)_?(?:timer)?_?(?:single|interrupt|ipi)\w*|apic_timer_interrupt|common_interrupt|ret_from_intr|retint_kernel|el1_irq|el1h_64_irq|el1_interrupt|el1h_64_irq_handler|irq_svc|gic_handle_irq|call_on_irq_stack|do_IRQ|handle_arch_irq|sysvec_apic_timer_interrupt)$/
/** End of the stack of the NMI that asked for a dump. */
export const END_NMI = /^<\/NMI>|^<<EOE>>|^<EOE>/
// Up to 4.8 the end of the interrupt's stack; later kernels print `</IRQ>`.
export const OLD_END_IRQ = /^<EOI>/

/** Lines that nothing but a report prints. */
export const EVIDENCE =
  /^(?:Modules linked in:|Hardware name:|Code: |RSP: |RAX: |EFLAGS|x\d\d?: ?[0-9a-f]{16}|sp : |pstate: |Stack:|Call [Tt]race|Mem abort info|ESR = |Oops|Internal error|invalid opcode|CR2: |Read of size|Write of size|page:|raw: |flags: |INFO: Slab|Slab 0x|Object |Redzone|hex dump|is trying to|Sending NMI|NMI backtrace|task:|rcu: \t?|\d+-\.|\(detected by|Reported by Kernel Concurrency|value changed|Showing|Mem-Info|in_atomic\(\))/
