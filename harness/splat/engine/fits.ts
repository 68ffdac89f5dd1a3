// SPDX-License-Identifier: MIT
import type { HeadMatch } from '../families.ts'
import { leadOf } from './lead.ts'

/** Kinds of panic that only end the report before them. */
export const FOLLOW_ON = new Set(['fatal-exception', 'on-warn', 'lockup', 'hardware'])

/** Their reports have one header line, which no check, WARNING or trap carries. */
const ALONE = new Set([
  'kasan',
  'kfence',
  'kcsan',
  'kmsan',
  'lockdep',
  'rcu-stall',
  'soft-lockup',
  'hard-lockup',
  'hung-task',
  'workqueue-lockup',
  'slab',
  'bug',
])

/** A WARNING prints them, and never a trap. */
const WARNED = new Set(['warning', 'refcount', 'odebug'])

/** True when the header line can belong to the report of these. */
export const fits = (matches: readonly HeadMatch[], found: HeadMatch): boolean => {
  const layer = found.head.layer ?? 'report'
  const { family, head } = leadOf(matches)
  if (layer !== 'panic' && (family.name === 'kmemleak') !== (found.family.name === 'kmemleak')) return false
  const isAlone =
    found.family !== family &&
    ((ALONE.has(family.name) && head.layer === undefined) ||
      (ALONE.has(found.family.name) && found.head.layer === undefined))
  if (layer !== 'panic' && isAlone) return false
  if (layer === 'trap' && WARNED.has(family.name)) return false
  return matches.every((other) => (other.head.layer ?? 'report') !== layer)
}
