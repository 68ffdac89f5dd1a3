// SPDX-License-Identifier: MIT
import type { FunctionNames } from '../patterns.ts'

/** Functions through which interrupts, other CPUs' calls and the scheduler enter, and busy waits. */
export const dispatch: FunctionNames = [
  // Interrupts
  /asm_\w+/,
  /sysvec_\w+/,
  /__sysvec_\w+/,
  /irqentry_\w+/,
  /ret_from_\w+/,
  /retint_\w+/,
  /entry_\w+/,
  /__irq_\w+/,
  // System calls
  /_*do_syscall(?:_\w+)?/,
  /do_(?:int80|fast)_syscall\w*/,
  /(?:x64|ia32|arm64|riscv|s390x?)_sys_call/,
  'invoke_syscall',
  'system_call_exception',
  /system_call_\w*common\w*/,
  'do_trap_ecall_u',
  'handle_syscall',
  // Calls from other CPUs
  /smp_call_function\w*/,
  /csd_\w+/,
  /on_each_cpu\w*/,
  'generic_exec_single',
  /flush_smp_\w+/,
  // The scheduler
  /__switch_to\w*/,
  'context_switch',
  '__sched_text_start',
  // Busy waits
  'cpu_relax',
  'rep_nop',
  /delay_\w+/,
  '__delay',
  '__const_udelay',
  '__udelay',
  '__ndelay',
  'udelay',
]
