// SPDX-License-Identifier: MIT
import type { HeadMatch } from '../families.ts'
import { FOLLOW_ON, fits } from './fits.ts'
import { leadOf } from './lead.ts'
import type { OpenReport } from './report.ts'

/** True when the panic ends this report and is not a report of its own. */
export const takesPanic = (report: OpenReport, found: HeadMatch): boolean => {
  if (report.matches.length === 0) return true
  const panic = report.matches.find((other) => other.head.layer === 'panic')
  // A console that shows a line twice does not panic twice.
  if (panic !== undefined) return panic.match.input === found.match.input
  const lead = leadOf(report.matches)
  const sameCause = found.kind === 'stack' && lead.kind === 'stack-overflow'
  return FOLLOW_ON.has(found.kind) || sameCause || (!report.hasStack && lead.head.bare !== true)
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
