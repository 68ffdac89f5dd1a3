// SPDX-License-Identifier: MIT

import { lanes } from '../guest/lanes.ts'
import type { CellResult, DerivedSignature, PairResult } from '../model/results.ts'
import { derivedFrom, withDerived } from './derived.ts'
import { DEFAULT_TERMS, judgePair, type PairTerms } from './pair.ts'
import { isOf, pairNameOf } from './place.ts'
import { describeThroughput, tellingOf, throughputOf, whyNotCompared } from './throughput.ts'

/** Whether a lane of these cells can meet the bug. Otherwise a clean pair need not demonstrate anything: its cells have their own verdicts. */
export const canDemonstrate = (cells: readonly CellResult[]): boolean =>
  cells.some(
    (cell) =>
      (cell.exposure?.lanes ?? []).length > 0 || lanes.some((lane) => lane.meetsBug && cell.lanes.includes(lane.name)),
  )

// A reader must be able to check what the verdict is about.
const withOrigin = (reason: string, derived: DerivedSignature | null): string =>
  derived === null ? reason : `${reason}; the bug is what ${derived.cell} showed first: ${derived.title}`

const notCompared = (cells: readonly CellResult[]): readonly string[] => {
  const why = whyNotCompared(cells)
  return why === undefined ? [] : [why]
}

/** Judges every pair that has both legs among these cells. */
export const pairsOf = (cells: readonly CellResult[], terms: PairTerms = DEFAULT_TERMS): readonly PairResult[] => {
  const pairs: PairResult[] = []
  for (const cell of cells) {
    if (pairs.some((pair) => isOf(cell, pair))) continue
    const { arch, config, profile, tree, series } = cell
    const place = { arch, config, profile, tree, series, name: pairNameOf(cell) }
    const own = withDerived(cells.filter((one) => isOf(one, place)))
    const [before, after] = (['before', 'after'] as const).map((leg) => own.filter((one) => one.leg === leg))
    if (!before?.length || !after?.length) continue
    const judged = judgePair(before, after, terms)
    if (judged.verdict === 'not-demonstrated' && !canDemonstrate(own)) continue
    const throughput = throughputOf(before, after)
    // Whoever asks whether a patch changes anything also asks whether it is slower.
    const speed =
      judged.verdict === 'clean' ? [...tellingOf(throughput).map(describeThroughput), ...notCompared(own)] : []
    const derived = derivedFrom(own)
    const reason = withOrigin([judged.reason, ...speed].join('; '), derived)
    pairs.push({ ...place, ...judged, reason, throughput: [...throughput], derived, explored: null })
  }
  return pairs
}
