// SPDX-License-Identifier: MIT
import { duration } from '../lib/text/time.ts'
import type { CellResult, Phase } from '../model/results.ts'

type Part = keyof CellResult['timings']

const PARTS: readonly (readonly [part: Part, name: string])[] = [
  ['treeMs', 'tree'],
  ['buildMs', 'builds'],
  ['bootMs', 'boots'],
  ['lanesMs', 'lanes'],
]

// The parts of a build that take time, in order; the first two run at the same time.
const OF_BUILDS = ['lay out', 'copy objects', 'take over', 'configure', 'compile', 'prove', 'wait for modules']

const sumOf = (phases: readonly Phase[], wanted: string): number =>
  phases.reduce((all, { name, ms }) => all + (name === wanted ? ms : 0), 0)

const buildParts = (phases: readonly Phase[]): string => {
  const made = OF_BUILDS.filter((name) => phases.some((one) => one.name === name))
  return made.length === 0 ? '' : ` (${made.map((name) => `${name} ${duration(sumOf(phases, name))}`).join(', ')})`
}

/** What each phase took, in one line: a tree once, the others added up over cells, some of which ran at the same time. */
export const describeTimes = (
  cells: readonly Pick<CellResult, 'timings' | 'tree'>[],
  phases: readonly Phase[],
  totalMs: number,
): string => {
  const trees = new Map(cells.map(({ tree, timings }) => [tree, timings.treeMs]))
  const sum = (part: Part): number =>
    part === 'treeMs'
      ? [...trees.values()].reduce((all, ms) => all + ms, 0)
      : cells.reduce((all, { timings }) => all + timings[part], 0)
  const inside = (part: Part): string => (part === 'buildMs' ? buildParts(phases) : '')
  const parts = PARTS.map(([part, name]) => `${name} ${duration(sum(part))}${inside(part)}`)
  return `time: ${parts.join(', ')}; ${duration(totalMs)} in all`
}
