// SPDX-License-Identifier: MIT
import type { CellResult, PairResult } from '../model.ts'
import { lanes } from '../plan/lanes.ts'
import { judgePair, pairStrength } from './pair.ts'

type Place = Pick<PairResult, 'arch' | 'config' | 'profile'>

const isOf = (cell: CellResult, { arch, config, profile }: Place): boolean =>
  cell.arch === arch && cell.config === config && cell.profile === profile

// Where no lane can meet the bug, a clean pair demonstrates nothing and need not: its cells speak for themselves.
const canDemonstrate = (cells: readonly CellResult[]): boolean =>
  cells.some((cell) => lanes.some((lane) => lane.meetsBug && cell.lanes.includes(lane.name)))

/** Judges every pair of which both legs are among these cells. */
export const pairsOf = (cells: readonly CellResult[]): readonly PairResult[] => {
  const pairs: PairResult[] = []
  for (const { arch, config, profile } of cells) {
    const place = { arch, config, profile }
    if (pairs.some((pair) => pair.arch === arch && pair.config === config && pair.profile === profile)) continue
    const own = cells.filter((cell) => isOf(cell, place))
    const [before, after] = (['before', 'after'] as const).map((leg) => own.filter((cell) => cell.leg === leg))
    if (!before?.length || !after?.length) continue
    const judged = judgePair(before, after)
    if (judged.verdict === 'not-demonstrated' && !canDemonstrate(own)) continue
    pairs.push({ ...place, ...judged, strength: pairStrength(before, after) })
  }
  return pairs
}
