// SPDX-License-Identifier: MIT
import type { RunResult } from '../model/results.ts'
import type { Place } from '../verdict/place.ts'

/** The tree and the series of a place, each only where the run has several. */
export const whichOf = (run: Pick<RunResult, 'cells'>, { tree, series }: Pick<Place, 'tree' | 'series'>): string[] => {
  const several = (values: readonly string[]): boolean => new Set(values).size > 1
  return [
    ...(tree !== null && several(run.cells.map((cell) => cell.tree)) ? [tree] : []),
    ...(series !== null && several(run.cells.map((cell) => cell.series)) ? [series] : []),
  ]
}
