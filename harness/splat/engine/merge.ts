// SPDX-License-Identifier: MIT
import type { HeadMatch } from '../families.ts'
import { leadOf } from './lead.ts'
import type { OpenReport } from './report.ts'

/** Kinds of panic that only end the report before them. */
export const FOLLOW_ON = new Set(['fatal-exception', 'on-warn', 'lockup', 'hardware'])

/** True when the panic ends this report and is not a report of its own. */
export const takesPanic = (report: OpenReport, found: HeadMatch): boolean => {
  if (report.matches.length === 0) return true
  if (report.matches.some((other) => other.head.layer === 'panic')) return false
  const lead = leadOf(report.matches)
  const sameCause = found.kind === 'stack' && lead.kind === 'stack-overflow'
  return FOLLOW_ON.has(found.kind) || sameCause || (!report.hasStack && lead.head.bare !== true)
}

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
  const isAlone = ALONE.has(family.name) && head.layer === undefined && found.family !== family
  if (layer !== 'panic' && isAlone) return false
  if (layer === 'trap' && WARNED.has(family.name)) return false
  return matches.every((other) => (other.head.layer ?? 'report') !== layer)
}

/** True when the header line belongs to this report. */
export const absorbs = (report: OpenReport, found: HeadMatch): boolean => {
  if (report.matches.length === 0) return true
  const lead = leadOf(report.matches)
  const layer = found.head.layer ?? 'report'
  if (lead.family.name === 'oom' && found.family.name === 'oom')
    return layer === 'cause' && !report.matches.some((m) => m.head.layer === 'cause')
  if (report.awaitsDump && found.family === lead.family && layer === 'trap') return true
  if (report.hasStack || report.ended || layer === 'panic') return false
  return fits(report.matches, found)
}
