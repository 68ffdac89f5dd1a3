// SPDX-License-Identifier: MIT
import type { Finding } from '../../model/results.ts'
import { failuresOf, splatOf } from '../findings.ts'
import type { CellReport, Report } from '../model.ts'
import { marked, paragraph, wrap } from './lines.ts'
import { splatLines } from './splat.ts'

const MAX_SHOWN = 3
const MAX_DETAIL = 8

interface Shown {
  readonly report: CellReport
  readonly finding: Finding
}

/** The first report of each bug, those of the patched kernels first: a failure with the patch is what matters. */
const toShow = ({ cells }: Report): readonly Shown[] => {
  const byLeg = [...cells].sort((a, b) => a.cell.leg.localeCompare(b.cell.leg))
  const seen = new Set<string>()
  const shown: Shown[] = []
  for (const report of byLeg)
    for (const finding of failuresOf(report.cell)) {
      const key = `${report.cell.leg} ${finding.bucket ?? finding.title}`
      if (!seen.has(key)) shown.push({ report, finding })
      seen.add(key)
    }
  return shown
}

const linesOf = ({ report, finding }: Shown): readonly string[] => {
  const splat = splatOf(report, finding)
  if (splat) return splatLines(splat)
  const detail = finding.detail.split('\n').flatMap((line) => wrap(line, 70))
  return marked([...wrap(finding.title, 70), ...detail.slice(0, MAX_DETAIL)])
}

const headOf = ({ report: { cell } }: Shown): string =>
  `${cell.leg === 'before' ? 'Without the patch' : 'With the patch'}, on ${cell.arch} with ${cell.config} (boot ${cell.run}):`

/** The reports of the failures, symbolised and trimmed. */
export const failureLines = (report: Report): readonly string[] => {
  const all = toShow(report)
  return [
    ...all.slice(0, MAX_SHOWN).flatMap((one) => [...paragraph(headOf(one), ''), '', ...linesOf(one), '']),
    ...(all.length > MAX_SHOWN ? [`and ${all.length - MAX_SHOWN} more failures of other kinds.`, ''] : []),
  ]
}
