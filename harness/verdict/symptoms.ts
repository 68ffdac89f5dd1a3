// SPDX-License-Identifier: MIT

const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  'use-after-free': ['kasan', 'kfence', 'oops', 'slab'],
  'out-of-bounds': ['kasan', 'kfence', 'oops', 'slab'],
  'double-free': ['kasan', 'kfence', 'slab'],
  'invalid-free': ['kasan', 'kfence', 'slab'],
  'wild-pointer': ['kasan', 'oops'],
  fault: ['kasan', 'oops'],
  'list-corruption': ['list'],
  bug: ['kernel-bug'],
  warning: ['warning', 'refcount'],
  'sleep-in-atomic': ['bug', 'lockdep'],
  lock: ['bug', 'lockdep'],
  'left-over': ['bug', 'lockdep'],
  'page-state': ['bug'],
  deadlock: ['hung-task', 'lockdep', 'soft-lockup', 'hard-lockup', 'rcu-stall', 'workqueue-lockup'],
  'no-end': ['hung-task', 'soft-lockup', 'hard-lockup', 'rcu-stall', 'workqueue-lockup'],
}

/** The families of a booted kernel's reports in which a symptom of the explorer would show. */
export const familiesOf = (kind: string): readonly string[] => (Object.hasOwn(FAMILIES, kind) ? FAMILIES[kind]! : [])
