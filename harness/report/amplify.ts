// SPDX-License-Identifier: MIT
import type { CellResult, RunResult } from '../model/results.ts'
import { describeSearch, diedUncounted, searchOf } from '../verdict/holdpoints.ts'

const searches = ({ request }: CellResult): boolean => request?.added.search ?? false

const didHold = ({ evidence: { windows, holds, failNth } }: CellResult): boolean =>
  windows > 0 ||
  holds.some(({ held, overridden }) => held + overridden > 0) ||
  failNth.some(({ injected }) => injected > 0)

const describeGiven = (cells: readonly CellResult[]): string => {
  if (cells.some(didHold)) return 'took effect'
  if (cells.some((cell) => cell.holds !== null && diedUncounted(cell))) return 'not counted'
  return 'had no effect'
}

const describeAuto = (cells: readonly CellResult[]): string => {
  const search = searchOf(cells)
  return search === null ? 'no trial began' : describeSearch(search)
}

/** How hold points were asked for, and whether they did anything: not every kernel has a place for one. */
export const describeAmplify = ({ amplified, cells }: Pick<RunResult, 'amplified' | 'cells'>): string => {
  if (!amplified) return 'off: the workload alone'
  return cells.some(searches) ? `auto: ${describeAuto(cells)}` : `given: ${describeGiven(cells)}`
}
