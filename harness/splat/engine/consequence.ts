// SPDX-License-Identifier: MIT
import type { Splat } from '../model.ts'

interface Kept {
  readonly splat: Splat
  readonly boot: number
}

/** Reports after which the kernel is not reliable: locks are held, memory is corrupt, a CPU is lost. */
const BREAKS = new Set([
  'oops',
  'kernel-bug',
  'kasan',
  'kfence',
  'list',
  'slab',
  'usercopy',
  'rcu-stall',
  'soft-lockup',
  'hard-lockup',
  'panic',
  'refcount',
  'odebug',
])
const ENDS = new Set(['panic', 'unexpected-reboot'])
const NEAR_S = 1

const isNear = (early: Splat, late: Splat): boolean =>
  early.timeS !== null && late.timeS !== null && Math.abs(late.timeS - early.timeS) <= NEAR_S

const causes = (early: Splat, late: Splat): boolean => {
  if (ENDS.has(late.family)) return early.family !== 'oom' || late.kind === 'oom'
  if (BREAKS.has(early.family)) return true
  if (early.pid !== null && early.pid === late.pid && isNear(early, late)) return true
  return early.function !== null && early.function === late.function
}

/** Links each report to the first earlier one of the same boot that caused it. */
export const linkConsequences = (kept: readonly Kept[]): readonly Splat[] =>
  kept.map(({ splat, boot }, index) => {
    const cause = kept.findIndex((other, at) => at < index && other.boot === boot && causes(other.splat, splat))
    return cause < 0 ? splat : { ...splat, consequenceOf: cause }
  })
