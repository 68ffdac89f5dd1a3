// SPDX-License-Identifier: MIT
import type { FunctionNames } from '../patterns.ts'

/** Functions that print the reports of a family and do nothing else: they are in no stack of another report. */
export const reporters: readonly (readonly [family: string, names: FunctionNames])[] = [
  ['kasan', [/(?:__)?kasan_report\w*/, 'kasan_object_err', /__asan_report_\w+/, 'print_address_description']],
  ['kmsan', ['kmsan_report', '__msan_warning']],
  ['kcsan', [/kcsan_report_\w+/]],
  ['ubsan', ['ubsan_epilogue', /__ubsan_handle_\w+/]],
  ['lockdep', [/print_\w+_bug(?:_header)?/, 'print_bad_irq_dependency', 'lockdep_rcu_suspicious']],
  ['rcu-stall', ['rcu_dump_cpu_stacks', /(?:print|check)_(?:other_)?cpu_stall/]],
  ['soft-lockup', ['watchdog_timer_fn']],
  ['hard-lockup', ['watchdog_overflow_callback', 'watchdog_hardlockup_check']],
  [
    'bug',
    ['___might_sleep', '__might_resched', 'check_preemption_disabled', '__schedule_bug', 'spin_bug', 'spin_dump'],
  ],
  ['slab', ['object_err', 'slab_err', 'print_trailer']],
]
