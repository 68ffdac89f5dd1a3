// SPDX-License-Identifier: MIT
import { many } from '../../lib/text/number.ts'
import type { Finding } from '../../model/results.ts'
import { failuresOf, splatOf } from '../findings.ts'
import type { CellReport, Report } from '../model.ts'
import { marked, paragraph, wrap } from './lines.ts'
import { splatLines } from './splat.ts'

// A failure with the patch is what matters; one without it shows what the bug is.
const MAX_SHOWN = { after: 2, before: 1 } as const
const MAX_DETAIL = 8

interface Shown {
  readonly report: CellReport
  readonly finding: Finding
}

// Consequences of another report and cut ones say less.
const rank = ({ report, finding }: Shown): number => {
  const splat = splatOf(report, finding)
  return (splat?.corrupted ? 2 : 0) + (splat?.consequenceOf == null ? 0 : 1)
}

/** Of each bug that this leg showed, the best report: those with the signature first. */
const bugsOf = (cells: readonly CellReport[]): readonly Shown[] => {
  const all = cells.flatMap((report) => failuresOf(report.cell).map((finding) => ({ report, finding })))
  const bugs = new Map<string, Shown>()
  for (const one of all) {
    const key = one.finding.bucket ?? one.finding.title
    const best = bugs.get(key)
    if (!best || rank(one) < rank(best)) bugs.set(key, one)
  }
  return [...bugs.values()].sort((a, b) => rank(a) - rank(b))
}

const linesOf = ({ report, finding }: Shown): readonly string[] => {
  const splat = splatOf(report, finding)
  if (splat) return splatLines(splat)
  const detail = finding.detail.split('\n').flatMap((line) => wrap(line, 70))
  return marked([...wrap(finding.title, 70), ...detail.slice(0, MAX_DETAIL)])
}

const headOf = ({ report: { cell } }: Shown): string =>
  `${cell.leg === 'before' ? 'Without the patch' : 'With the patch'}, on ${cell.arch} with ${cell.config} (boot ${cell.run}):`

const legLines = ({ cells }: Report, leg: 'before' | 'after'): readonly string[] => {
  const all = bugsOf(cells.filter(({ cell }) => cell.leg === leg))
  const more = all.length - MAX_SHOWN[leg]
  return [
    ...all.slice(0, MAX_SHOWN[leg]).flatMap((one) => [...paragraph(headOf(one), ''), '', ...linesOf(one), '']),
    ...(more > 0
      ? [`${many(more, 'more report')} of other kinds ${leg === 'after' ? 'with' : 'without'} the patch.`, '']
      : []),
  ]
}

/** The reports of the failures, symbolised and trimmed. */
export const failureLines = (report: Report): readonly string[] => [
  ...legLines(report, 'after'),
  ...legLines(report, 'before'),
]
