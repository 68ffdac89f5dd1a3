// SPDX-License-Identifier: MIT
import type { CellPlan, PairPlan } from '../run/plan/pairs.ts'
import type { PartPlan } from './model.ts'

// A part costs some seconds more than its boots: node, sources, reports.
const MOST_RUNS = 10
const WANTED_PARTS = 16

/** Runs of a pair in one part: few enough for many nodes, many enough to be worth the start of zsharness. */
export const runsInPart = (runs: number): number => Math.min(MOST_RUNS, Math.max(1, Math.ceil(runs / WANTED_PARTS)))

const chunked = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size))

/** The kernels of pairs with this key differ in patches alone, so that their builds share most objects. */
const placeOf = ({ tree, arch, config, profile }: PairPlan): string => JSON.stringify([tree, arch, config, profile])

const kernelsOf = (cells: readonly CellPlan[]): number =>
  new Set(cells.map(({ series, leg }) => `${leg} ${series}`)).size

/** Both legs of a run stay together: the after leg is compared with the before leg's build. */
const laterRuns = ({ cells }: PairPlan): readonly (readonly CellPlan[])[] => {
  const runs = [...new Set(cells.map(({ run }) => run))].filter((run) => run > 1)
  return chunked(runs, runsInPart(runs.length)).map((some) => cells.filter(({ run }) => some.includes(run)))
}

/**
 * Splits a run: a part for each place builds its kernels and boots each once; further boots are parts that come after it.
 * With a search for hold points all boots of a place stay together, because each depends on those before.
 */
export const planParts = (pairs: readonly PairPlan[], search: boolean): readonly PartPlan[] => {
  const places = [...new Set(pairs.map(placeOf))].map((key) => pairs.filter((pair) => placeOf(pair) === key))
  const parts: PartPlan[] = []
  const add = (cells: readonly CellPlan[], after: string | null): string => {
    const { arch, config, profile } = cells[0]!
    const id = `${parts.length + 1}-${arch}-${config}-${profile}`
    parts.push({
      id,
      cells: cells.map((cell) => cell.id),
      builds: after === null ? kernelsOf(cells) : 0,
      after,
      constraint: null,
    })
    return id
  }
  for (const own of places) {
    const cells = own.flatMap((pair) => pair.cells)
    const first = add(search ? cells : cells.filter(({ run }) => run === 1), null)
    if (!search) for (const later of own.flatMap(laterRuns)) add(later, first)
  }
  return parts
}

/** The parts on nodes that fit their architectures: `constraintOf` knows the features of those. */
export const withConstraints = (
  parts: readonly PartPlan[],
  pairs: readonly PairPlan[],
  constraintOf: (arch: string) => string | undefined,
): readonly PartPlan[] => {
  const archs = new Map(pairs.flatMap(({ cells }) => cells.map(({ id, arch }) => [id, arch] as const)))
  return parts.map((part) => ({ ...part, constraint: constraintOf(archs.get(part.cells[0]!)!) ?? null }))
}
