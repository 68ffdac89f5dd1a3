// SPDX-License-Identifier: MIT
import { duration } from '../lib/text/time.ts'
import type { CellResult } from '../model/results.ts'

type Part = keyof CellResult['timings']

const PARTS: readonly (readonly [part: Part, name: string])[] = [
  ['treeMs', 'tree'],
  ['buildMs', 'builds'],
  ['bootMs', 'boots'],
  ['lanesMs', 'lanes'],
]

/** What each phase took, in one line: a tree once, the others added up over cells, some of which ran at the same time. */
export const describeTimes = (cells: readonly Pick<CellResult, 'timings' | 'tree'>[], totalMs: number): string => {
  const trees = new Map(cells.map(({ tree, timings }) => [tree, timings.treeMs]))
  const sum = (part: Part): number =>
    part === 'treeMs'
      ? [...trees.values()].reduce((all, ms) => all + ms, 0)
      : cells.reduce((all, { timings }) => all + timings[part], 0)
  const parts = PARTS.map(([part, name]) => `${name} ${duration(sum(part))}`)
  return `time: ${parts.join(', ')}; ${duration(totalMs)} in all`
}
