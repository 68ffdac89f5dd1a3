// SPDX-License-Identifier: MIT
import type { FunctionNames } from '../patterns.ts'

/** They call work items, the functions of kernel threads, and timers. */
export const workers: FunctionNames = [
  'process_one_work',
  'process_scheduled_works',
  'worker_thread',
  'kthread',
  'kthread_worker_fn',
  'smpboot_thread_fn',
  'call_timer_fn',
  'expire_timers',
]

/** Loops that run the work of others: what called them has no part in it. */
export const loops: FunctionNames = [
  ...workers,
  // Timers
  '__run_timer',
  '__run_timers',
  'run_timer_softirq',
  'run_timer_base',
  '_hrtimer_run_queues',
  '__hrtimer_run_queues',
  '__run_hrtimer',
  'hrtimer_interrupt',
  'hrtimer_run_softirq',
  // Softirqs and RCU callbacks
  /_*do_softirq\w*/,
  'handle_softirqs',
  'invoke_softirq',
  /_*irq_exit\w*/,
  'run_ksoftirqd',
  /tasklet_\w+/,
  /rcu_core\w*/,
  /rcu_do_batch\w*/,
  /rcu_process_callbacks\w*/,
  // System calls and initcalls
  /sys_\w+/,
  /_*ksys_\w+/,
  'do_one_initcall',
]
