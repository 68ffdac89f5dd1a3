// SPDX-License-Identifier: MIT
import type { Finding } from '../model/results.ts'
import type { Splat } from '../splat/model.ts'
import type { CellReport } from './model.ts'

/** The splat behind a finding of the console oracle, which makes one finding a splat, in order. */
export const splatOf = ({ cell, splats }: CellReport, finding: Finding): Splat | undefined => {
  if (finding.oracle !== 'console') return undefined
  const index = cell.findings.filter(({ oracle }) => oracle === 'console').indexOf(finding)
  const splat = splats[index]
  return splat?.title === finding.title ? splat : splats.find(({ title }) => title === finding.title)
}

/** What counts against a cell, the bug's own signature first. */
export const heldAgainst = ({ findings }: CellReport['cell']): readonly Finding[] => {
  const held = findings.filter(({ known }) => !known)
  return [...held.filter(({ signature }) => signature), ...held.filter(({ signature }) => !signature)]
}
