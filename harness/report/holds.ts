// SPDX-License-Identifier: MIT
import { NO_SERIES } from '../inputs/series/none.ts'
import type { CellResult, Found, HoldEvidence, SweepEvidence } from '../model/results.ts'
import {
  describeChosen,
  describeCounts,
  describeFound,
  describeHolds,
  describeMinimised,
  describeSweep,
  diedUncounted,
  fewestOf,
  holdYaml,
  meaningOfHolds,
  searchOf,
} from '../verdict/holdpoints.ts'
import { pairNameOf } from '../verdict/place.ts'

/** The hold points of all boots of one kernel. */
export interface KernelHolds {
  readonly kernel: string
  /** Whose points, and which. */
  readonly holds: string
  /** Their counters over all boots, those that did most first. */
  readonly points: readonly HoldEvidence[]
  /** What each sweep did, over all boots. */
  readonly sweeps: readonly SweepEvidence[]
  /** How many boots died before they could count. */
  readonly uncounted: number
  /** Why the points of a schedule are these. */
  readonly chosen: readonly string[]
  readonly found: readonly { readonly cell: CellResult; readonly found: Found }[]
  /** What a failure under them says about other machines. */
  readonly meaning: string | undefined
}

const sumOf = (a: HoldEvidence, b: HoldEvidence): HoldEvidence => ({
  point: a.point,
  reached: a.reached + b.reached,
  held: a.held + b.held,
  met: a.met + b.met,
  timedOut: a.timedOut + b.timedOut,
  overridden: a.overridden + b.overridden,
  missed: a.missed + b.missed,
})

const activity = ({ held, overridden }: HoldEvidence): number => held + overridden

/** The counters of each point over these boots: those that held most first, else in the order of the boot. */
export const pointsOf = (cells: readonly Pick<CellResult, 'evidence'>[]): readonly HoldEvidence[] => {
  const points = new Map<string, HoldEvidence>()
  for (const one of cells.flatMap(({ evidence }) => evidence.holds)) {
    const before = points.get(one.point)
    points.set(one.point, before ? sumOf(before, one) : one)
  }
  return [...points.values()].sort((a, b) => activity(b) - activity(a))
}

/** The counters of each sweep over these boots. */
const sweepsOf = (cells: readonly CellResult[]): readonly SweepEvidence[] => {
  const sweeps = new Map<string, SweepEvidence>()
  for (const { sweep, set, injected } of cells.flatMap(({ evidence }) => evidence.failNth)) {
    const before = sweeps.get(sweep)
    sweeps.set(sweep, { sweep, set: set + (before?.set ?? 0), injected: injected + (before?.injected ?? 0) })
  }
  return [...sweeps.values()]
}

/** One counter of hold points. */
export interface PointColumn {
  readonly name: string
  readonly of: (point: HoldEvidence) => number
}

const OFTEN: readonly PointColumn[] = [
  { name: 'reached', of: ({ reached }) => reached },
  { name: 'held', of: ({ held }) => held },
  { name: 'met', of: ({ met }) => met },
  { name: 'timed out', of: ({ timedOut }) => timedOut },
]
const SELDOM: readonly PointColumn[] = [
  { name: 'overridden', of: ({ overridden }) => overridden },
  { name: 'missed', of: ({ missed }) => missed },
]

/** The counters that say something of these points. */
export const pointColumns = (points: readonly HoldEvidence[]): readonly PointColumn[] => [
  ...OFTEN,
  ...SELDOM.filter(({ of }) => points.some((one) => of(one) > 0)),
]

/** `x86_64-zpool-on-kasan without the patch`. */
const kernelOf = (cell: CellResult): string => {
  const leg = cell.series === NO_SERIES ? '' : cell.leg === 'before' ? ' without the patch' : ' with the patch'
  return `${pairNameOf(cell)}${leg}`
}

const ofKernel = (kernel: string, cells: readonly CellResult[]): readonly KernelHolds[] => {
  const [first] = cells
  const holds = first && describeHolds({ ...first, evidence: { ...first.evidence, search: searchOf(cells) } })
  if (holds === undefined) return []
  return [
    {
      kernel,
      holds,
      points: pointsOf(cells),
      sweeps: sweepsOf(cells),
      uncounted: cells.filter(diedUncounted).length,
      chosen: first ? describeChosen(first) : [],
      found: cells.flatMap((cell) => (cell.found === null ? [] : [{ cell, found: cell.found }])),
      meaning: cells.map(meaningOfHolds).find((text) => text !== undefined),
    },
  ]
}

/** The hold points of each kernel that had some. */
export const kernelHolds = (cells: readonly CellResult[]): readonly KernelHolds[] => {
  const groups = new Map<string, CellResult[]>()
  for (const cell of cells.filter(({ holds }) => holds !== null))
    groups.set(kernelOf(cell), [...(groups.get(kernelOf(cell)) ?? []), cell])
  return [...groups].flatMap(([kernel, own]) => ofKernel(kernel, own))
}

/** The hold points of one boot as lines of text; the points of a search are too many. */
export const holdLines = (cell: CellResult): readonly string[] => {
  const { holds, found, evidence } = cell
  const described = describeHolds(cell)
  const meaning = meaningOfHolds(cell)
  const counts = diedUncounted(cell)
    ? ['  not counted: the guest died before']
    : [
        ...evidence.holds.map((one) => `  ${one.point}: ${describeCounts(one)}`),
        ...evidence.failNth.map((one) => `  ${one.sweep}: ${describeSweep(one)}`),
      ]
  return [
    ...(described === undefined ? [] : [`hold points: ${described}`, ...(holds?.from === 'search' ? [] : counts)]),
    ...describeChosen(cell).map((line) => `chosen ${line}`),
    ...(found === null
      ? []
      : [`found in ${describeFound(found)}: ${describeMinimised(found)}`, ...holdYaml(fewestOf(found))]),
    ...(meaning === undefined ? [] : [meaning]),
  ]
}
