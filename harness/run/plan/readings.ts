// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import type { Reading } from '../../inputs/series/legs.ts'
import { describeSettled, type Settled, settle } from '../../inputs/series/settle.ts'
import type { TreeMeta } from '../../inputs/tree/model.ts'
import { readMetas } from '../../lib/cache/meta.ts'
import { HarnessError } from '../../model/errors.ts'
import { type Resolved, unwrap } from '../request.ts'
import type { PairPlace } from './pairs.ts'

type TreeAndSeries = Pick<PairPlace, 'tree' | 'series'>

/** How the series of a pair is read on its tree; undefined where only the version can tell. */
export type Readings = (place: TreeAndSeries) => Reading | undefined

/** The readings of the trees that are in the cache, and what the text of one decided. */
export interface CachedReadings {
  readonly of: Readings
  readonly notes: readonly string[]
}

const keyOf = ({ tree, series }: TreeAndSeries): string => `${tree}\n${series}`

/** Reads every series of a plan on its tree, as the run will if the tree is still what the cache has. */
export const cachedReadings = async (
  places: readonly TreeAndSeries[],
  { series }: Pick<Resolved, 'series'>,
  cache: string,
): Promise<CachedReadings> => {
  const trees = await readMetas<TreeMeta>(join(cache, 'trees'))
  const found = new Map<string, Settled>()
  const notes: string[] = []
  const { signal } = new AbortController()
  for (const [key, place] of new Map(places.map((one) => [keyOf(one), one]))) {
    const tree = trees.findLast(({ spec }) => spec === place.tree)
    if (!tree) continue
    try {
      const settled = await settle(tree, unwrap(series.get(place.series)!), { cache, signal })
      found.set(key, settled)
      notes.push(...[describeSettled(settled, place.tree)].filter((note) => note !== undefined))
    } catch (error) {
      // The run reports it.
      if (!(error instanceof HarnessError)) throw error
    }
  }
  return { of: (place) => found.get(keyOf(place)), notes }
}
