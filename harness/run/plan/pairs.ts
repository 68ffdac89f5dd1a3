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

/** Cells that share everything but the leg, before first: what a pair's verdict is made of. */
export interface PairPlan extends PairPlace {
  readonly id: string
  readonly cells: readonly CellPlan[]
}

/** A tree's spec as part of a file name; what had to be left out of it is in the key behind. */
const slugOf = (spec: string): string =>
  /^[\w.:-]{1,40}$/.test(spec)
    ? spec.replaceAll(':', '-')
    : `${spec.replace(/[^\w.]+/g, '-').slice(-24)}-${contentKey(spec).slice(0, 6)}`

const several = (values: readonly string[]): boolean => new Set(values).size > 1

/** The boots of a selection, in its order. Cells are named by tree and series only where there are several of them. */
export const planPairs = (places: readonly Selected[], runs: number): readonly PairPlan[] => {
  const trees = several(places.map(({ tree }) => tree))
  const serieses = several(places.map(({ series }) => series))
  return places.map(({ legs, ...place }) => {
    const { tree, series, arch, config, profile } = place
    const id = [arch, config, profile, ...(trees ? [slugOf(tree)] : []), ...(serieses ? [series] : [])].join('-')
    const cells = legName.options
      .filter((leg) => legs.includes(leg))
      .flatMap((leg) =>
        Array.from({ length: runs }, (_, index) => {
          const suffix = runs > 1 ? [`run${index + 1}`] : []
          return { ...place, id: [id, leg, ...suffix].join('-'), leg, run: index + 1 }
        }),
      )
    return { ...place, id, cells }
  })
}
