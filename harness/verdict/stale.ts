// SPDX-License-Identifier: MIT
import type { CellResult } from '../model.ts'
import type { Series } from '../series/model.ts'
import { isKnown } from './cell.ts'
import { isOf } from './place.ts'

type Known = Series['knownFindings'][number]

// A warning shows against the before leg, everything else in a boot.
const couldShow = (cell: CellResult, { kind, configs }: Known, cells: readonly CellResult[]): boolean => {
  if (cell.leg !== 'after' || !configs.includes(cell.config) || cell.kernel.key === '') return false
  if (kind !== 'warning') return cell.evidence.cpusOnline > 0
  return cells.some((other) => other.leg === 'before' && other.kernel.key !== '' && isOf(other, cell))
}

/** Known findings of the series that could have shown in these cells and did not, one sentence each. */
export const staleFindings = (
  { name, knownFindings }: Pick<Series, 'name' | 'knownFindings'>,
  cells: readonly CellResult[],
): readonly string[] =>
  knownFindings.flatMap((known) => {
    const able = cells.filter((cell) => couldShow(cell, known, cells))
    if (able.length === 0 || able.some((cell) => cell.findings.some((found) => isKnown(found, known)))) return []
    const where = [...new Set(able.map(({ arch, config }) => `${arch} ${config}`))].join(', ')
    return [
      `a known finding of ${name} is stale: "${known.title}" did not show in ${where}; take it out of series.yaml`,
    ]
  })
