// SPDX-License-Identifier: MIT

import type { Series } from '../inputs/series/model.ts'
import type { CellResult } from '../model/results.ts'
import { isKnown, nameOfKnown, oraclesOf } from './known.ts'
import { isOf } from './place.ts'

type Known = Series['knownFindings'][number]

// A warning is found by comparing with the before leg, a report in a boot; any other oracle may not have run.
const couldShow = (cell: CellResult, known: Known, cells: readonly CellResult[]): boolean => {
  const { configs } = known
  if (cell.leg !== 'after' || !configs.includes(cell.config) || cell.kernel.key === '') return false
  if (!oraclesOf(known).includes('warnings')) return cell.evidence.cpusOnline > 0
  return cells.some((other) => other.leg === 'before' && other.kernel.key !== '' && isOf(other, cell))
}

/**
 * Known findings of the series that these cells could have shown and did not, one sentence each; grouped by tree,
 * architecture and profile, so that shards report what the unsharded run would.
 */
export const staleFindings = (
  { name, knownFindings }: Pick<Series, 'name' | 'knownFindings'>,
  cells: readonly CellResult[],
): readonly string[] => {
  const groups = new Map<string, CellResult[]>()
  for (const cell of cells.filter(({ series }) => series === name)) {
    const where = `${cell.arch} ${cell.profile} on ${cell.tree}`
    groups.set(where, [...(groups.get(where) ?? []), cell])
  }
  return [...groups].flatMap(([where, own]) =>
    knownFindings.flatMap((known) => {
      const able = own.filter((cell) => couldShow(cell, known, own))
      if (able.length === 0 || able.some(({ findings }) => findings.some((found) => isKnown(found, known)))) return []
      const configs = [...new Set(able.map(({ config }) => config))].join(', ')
      return [`a known finding of ${name} is stale: "${nameOfKnown(known)}" was not seen with ${configs} (${where})`]
    }),
  )
}
