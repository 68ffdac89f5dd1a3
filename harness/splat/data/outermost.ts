// SPDX-License-Identifier: MIT
import type { FunctionNames } from '../patterns.ts'

/** Functions that call no other on a stack's outer end: entries of system calls, of exceptions, of threads and of CPUs. */
export const outermost: FunctionNames = [
  // x86
  /entry_(?:SYSCALL|SYSENTER|INT80)_\w+/,
  'system_call_fastpath',
  /tracesys(?:_phase2)?/,
  /stub_(?:clone|execve|fork|vfork|rt_sigreturn)/,
  'int_ret_from_sys_call',
  'sysenter_past_esp',
  'sysenter_dispatch',
  'ia32_sysret',
  'cstar_dispatch',
  'syscall_call',
  'syscall_after_call',
  'ret_from_fork_asm',
  'kernel_thread_helper',
  'x86_64_start_kernel',
  /(?:x86_64|i386)_start_kernel/,
  /secondary_startup_64(?:_no_verify)?/,
  'startup_32_smp',
  'start_secondary',
  'verify_cpu',
  /rewind_stack_(?:do_exit|and_make_dead)/,
  // arm64
  /el0_(?:sync|svc|svc_naked|irq|da|ia|error)(?:_compat)?/,
  /el0t_(?:64|32)_(?:sync|irq|fiq|error)/,
  'secondary_start_kernel',
  /__(?:primary|secondary)_switched/,
  // arm
  'ret_fast_syscall',
  '__sys_trace_return',
  /__(?:dabt|pabt|irq|und)_usr/,
  // powerpc
  'system_call',
  /system_call_(?:common|vectored_common|exit)/,
  /ret_from_kernel(?:_user)?_thread/,
  'start_kernel_thread',
  /start_here_(?:common|multiplatform)/,
  /start_secondary_(?:prolog|resume)/,
  // s390
  'kernel_thread_starter',
  '__ret_from_fork',
  'restart_int_handler',
  'startup_continue',
  'sysc_nr_ok',
  // riscv
  /ret_from_(?:exception|syscall)/,
  /ret_from_fork(?:_kernel|_user)?(?:_asm)?/,
  'handle_exception',
  'do_trap_ecall_u',
  'smp_callin',
  // mips
  /syscall_common\w*/,
  /handle_sys\w*/,
  'smp_bootstrap',
  'stack_done',
  // loongarch
  'ret_from_kernel_thread_asm',
  'kernel_entry',
  // Every architecture
  'start_kernel',
]
