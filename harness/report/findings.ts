// SPDX-License-Identifier: MIT
import type { Finding } from '../model/results.ts'
import type { Splat } from '../splat/model.ts'
import type { CellReport } from './model.ts'

/** The splat behind a finding of the console oracle, which makes one finding of each splat, in order. */
export const splatOf = ({ cell, splats }: CellReport, finding: Finding): Splat | undefined => {
  if (finding.oracle !== 'console') return undefined
  const index = cell.findings.filter(({ oracle }) => oracle === 'console').indexOf(finding)
  const splat = splats[index]
  return splat?.title === finding.title ? splat : splats.find(({ title }) => title === finding.title)
}

/** The findings that fail a cell, those with the bug's signature first. */
export const failuresOf = ({ findings }: CellReport['cell']): readonly Finding[] => {
  const failures = findings.filter(({ known }) => !known)
  return [...failures.filter(({ signature }) => signature), ...failures.filter(({ signature }) => !signature)]
}
