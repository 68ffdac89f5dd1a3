// SPDX-License-Identifier: MIT
import type { FunctionNames } from '../patterns.ts'

/** The scheduler, as a sleeping task or an idle CPU calls it. */
export const scheduler: FunctionNames = [/_*schedule(?:_timeout\w*|_idle)?/, /__sched\w*/, /io_schedule\w*/]

/** Functions of a CPU that has nothing to do. */
export const idle: FunctionNames = [
  // The grace-period kthread waits; it does not stall.
  'rcu_gp_kthread',
  'rcu_gp_fqs_loop',
  // The idle loop
  'do_idle',
  'cpu_startup_entry',
  'rest_init',
  /start_secondary\w*/,
  /secondary_start\w*/,
  'start_kernel',
  // How the CPU idles
  'native_safe_halt',
  'pv_native_safe_halt',
  /acpi_processor_ffh\w*/,
  /(?:acpi_)?(?:safe_)?(?:native_)?default\w*_?idle\w*/,
  /(?:acpi_)?(?:safe_)?(?:native_)?cpu\w*_?idle\w*/,
  /(?:acpi_)?(?:safe_)?(?:native_)?arch\w*_?idle\w*/,
  /(?:acpi_)?(?:safe_)?(?:native_)?amd_e400\w*_?idle\w*/,
  /(?:acpi_)?(?:safe_)?(?:native_)?mwait\w*_?idle\w*/,
  /(?:acpi_)?(?:safe_)?(?:native_)?poll\w*_?idle\w*/,
  /(?:acpi_)?(?:safe_)?(?:native_)?intel\w*_?idle\w*/,
  /(?:acpi_)?(?:safe_)?(?:native_)?acpi\w*_?idle\w*/,
  /(?:acpi_)?(?:safe_)?(?:native_)?psci\w*_?idle\w*/,
]

/** Parts of the names of functions in which a task waits: the scheduler, or what calls it to wait. */
export const waits: readonly RegExp[] = [
  /^_*(?:io_|preempt_)?schedule/,
  /context_switch/,
  /__switch_to/,
  // Locks and semaphores
  /_lock(?:_|$)/,
  /_slowlock/,
  /rwsem/,
  /(?:^|_)down(?:_|$)/,
  // Events
  /wait/,
  /completion/,
  /kthread_(?:stop|park|flush)/,
  /percpu_ref_switch/,
  // RCU
  /synchronize/,
  /rcu_barrier/,
  // Time
  /nanosleep/,
  /msleep/,
  /usleep/,
  // Work items
  /(?:flush|cancel)_(?:delayed_)?work/,
  /flush_workqueue/,
  /drain_workqueue/,
]

/**
 * Locks and events on which many tasks hang at once when one of them is stuck: the hang is known by their name, not
 * by that of each waiter.
 */
export const sharedWaits: readonly (readonly [RegExp, string])[] = [
  [/^_*rtnl_(?:net_)?lock(?:_\w+)?$/, 'rtnl_lock'],
  [/^_*synchronize_(?:s?rcu|net|sched)(?:_\w+)?$/, 'synchronize_rcu'],
]
