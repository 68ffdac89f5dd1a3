// SPDX-License-Identifier: MIT
import { contentKey } from '../../lib/files/hash.ts'
import { type ArchName, type LegName, legName } from '../../model/results.ts'

/** A kernel configuration on a tree with a series: what the cells of a pair share. */
export interface PairPlace {
  readonly tree: string
  readonly series: string
  readonly arch: ArchName
  readonly config: string
  readonly profile: string
}

/** A place and the legs to run there. */
export interface Selected extends PairPlace {
  readonly legs: readonly LegName[]
}

/** One boot of a run. */
export interface CellPlan extends PairPlace {
  readonly id: string
  readonly leg: LegName
  /** 1, 2, …: repeated boots of one kernel with other seeds. */
  readonly run: number
}

/** Cells that differ only in leg and run, before first; a pair's verdict is made from their results. */
export interface PairPlan extends PairPlace {
  readonly id: string
  /** Whether boots are added until they prove the verdict. */
  readonly auto: boolean
  readonly cells: readonly CellPlan[]
}

/** A tree's spec, or the name of a series, as part of a file name; a hash follows when characters had to be left out. */
export const slugOf = (spec: string): string =>
  spec.length <= 40 && /^[\w.-]*(?::[\w.-]*)?$/.test(spec)
    ? spec.replaceAll(':', '-')
    : `${spec.replace(/[^\w.]+/g, '-').slice(-24)}-${contentKey(spec).slice(0, 6)}`

/** The architectures of these pairs, each once. */
export const archsOf = (pairs: readonly Pick<PairPlace, 'arch'>[]): readonly ArchName[] => [
  ...new Set(pairs.map(({ arch }) => arch)),
]

const several = (values: readonly string[]): boolean => new Set(values).size > 1

/** Boots of each kernel; `auto`: one, and more as the proof needs them. */
export type Runs = number | 'auto'

/** The plan of a further boot of a leg. */
export const cellAgain = ({ id, cells, auto: _, ...place }: PairPlan, leg: LegName, run: number): CellPlan => ({
  ...place,
  id: `${id}-${leg}-run${run}`,
  leg,
  run,
})

/** The pairs of a selection, in its order. Names contain the tree or the series only when there are several. */
export const planPairs = (places: readonly Selected[], runs: Runs): readonly PairPlan[] => {
  const manyTrees = several(places.map(({ tree }) => tree))
  const boots = runs === 'auto' ? 1 : runs
  const manySeries = several(places.map(({ series }) => series))
  const taken = new Set<string>()
  return places.map(({ legs, ...place }) => {
    const { tree, series, arch, config, profile } = place
    const name = [
      arch,
      config,
      profile,
      ...(manyTrees ? [slugOf(tree)] : []),
      ...(manySeries ? [slugOf(series)] : []),
    ].join('-')
    // Names with hyphens can join to the same text.
    const id = taken.has(name) ? `${name}-${contentKey(tree, series, arch, profile, config).slice(0, 6)}` : name
    taken.add(name)
    const cells = legName.options
      .filter((leg) => legs.includes(leg))
      .flatMap((leg) =>
        Array.from({ length: boots }, (_, index) => {
          const suffix = boots > 1 ? [`run${index + 1}`] : []
          return { ...place, id: [id, leg, ...suffix].join('-'), leg, run: index + 1 }
        }),
      )
    return { ...place, id, auto: runs === 'auto', cells }
  })
}
