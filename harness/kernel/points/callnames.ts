// SPDX-License-Identifier: MIT
import type { Body, Step } from './code.ts'
import { calledNames, isPointerCall, POINTER } from './occurrences.ts'
import { baseName, type SymbolTable } from './table.ts'

// What compilers, sanitizers and checks add, and what prints or warns: nothing of the kernel's own order.
const MACHINERY = new RegExp(
  `^(?:${[
    '__asan_|__kasan_|kasan_|__tsan_|__kcsan_|__msan_|__sanitizer|__ubsan|__gcov|llvm_gcov|__stack_chk|__fentry__',
    '__SCT__|__x86_|__cfi|mcount|__sw_hweight|queued_|__fortify|fortify_|percpu_ref_|sg_init_',
    '_printk|printk|_dev_|__dynamic|dump_|__warn|warn_|panic|___ratelimit|trace_|__trace|debug_|refcount_warn|add_taint',
    '__might_|might_|__cond_resched|rcu_|__rcu_|lockdep|lock_acquire|lock_release|preempt_|__preempt|dynamic_',
    '_*mem(?:set|cpy|move|cmp)(?:$|_)|__list_(?:add|del)_|str[a-z]+$|scnprintf$|snprintf$|seq_|sysfs_emit',
    '_*(?:count|mod|inc|dec)_[a-z_]*(?:event|state|stat)s?(?:$|_)|__find_first|_find_|__bitmap|bitmap_',
  ].join('|')})`,
)

/** Whether this is no function of the kernel's own work. */
export const isMachinery = (name: string): boolean => MACHINERY.test(name)

/** Whether a function takes or releases a lock, by its name. */
export const isLock = (name: string): boolean =>
  !/^(?:rcu_|__rcu|srcu_|lock(?:dep|_acquire|_release)|queued_|do_raw_|arch_)/.test(name) &&
  /(?:^|_)(?:try|un)?lock(?:_|$)|^(?:down|up)_(?:read|write)/.test(name)

/** Whether a lock is released there. */
export const isRelease = (name: string): boolean => /unlock|^up_/.test(name)

/** The name of a lock as the source has it: the compiler knows macros by what they call. */
const sourceName = (name: string): string => name.replace(/^_(?:_)?raw_(?=(?:spin|read|write)_)/, '')

const locksOf = ({ calls }: Step): readonly string[] => {
  // The outermost: a lock's own insides have such names too.
  const outer = calls.slice(0, -1).findLast((call) => isLock(sourceName(call.function)))
  return outer === undefined ? [] : [sourceName(outer.function)]
}

const callsOf = (table: SymbolTable, body: Body, step: Step): readonly string[] => {
  if (isPointerCall(table, step)) return [POINTER]
  const [name] = calledNames(table, body, step)
  if (name === undefined || isMachinery(name)) return []
  return [sourceName(baseName(name))]
}

/** What an instruction does of interest: it calls, or is part of a lock's code. */
export const namesAt = (table: SymbolTable, body: Body, step: Step): readonly string[] => {
  const locks = locksOf(step)
  return locks.length > 0 ? locks : callsOf(table, body, step)
}

// Without KASAN a store cannot be told from here. An accessor is short.
const MOST_STEPS = 24

/** Whether a body only reads: it calls nothing, takes no lock, and KASAN checks its loads alone. */
export const onlyReads = (table: SymbolTable, body: Body): boolean => {
  const called = body.steps.flatMap((step) => calledNames(table, body, step))
  if (called.some((name) => /^(?:__asan_store|__kasan_check_write)/.test(name))) return false
  const isChecked = called.some((name) => /^(?:__asan_load|__kasan_check_read)/.test(name))
  if (!isChecked && body.steps.length > MOST_STEPS) return false
  return body.steps.every((step) => namesAt(table, body, step).length === 0)
}
