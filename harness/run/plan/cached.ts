// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { legsOf, readingOn } from '../../inputs/series/legs.ts'
import { type SourceMeta, sourceKey } from '../../inputs/series/source.ts'
import type { TreeMeta } from '../../inputs/tree/model.ts'
import { isBuilt } from '../../kernel/layout.ts'
import { readMeta, readMetas } from '../../lib/cache/meta.ts'
import { HarnessError } from '../../model/errors.ts'
import { legName } from '../../model/results.ts'
import { kernelKey } from '../kernels.ts'
import { type Resolved, unwrap } from '../request.ts'
import type { RunSettings } from '../settings.ts'
import type { PairPlan } from './pairs.ts'
import type { Readings } from './readings.ts'

/** What decides which kernels a run looks for, and where. */
export type CacheSettings = Pick<RunSettings, 'cache' | 'added'>

const legsInCache = async (
  pair: PairPlan,
  meta: TreeMeta,
  { series: seriesByName, extraPatches, toolchains }: Resolved,
  { cache, added }: CacheSettings,
  readings: Readings,
): Promise<readonly string[]> => {
  const toolchain = toolchains.get(pair.arch)
  if (!toolchain) return []
  const reading = readings(pair) ?? readingOn(unwrap(seriesByName.get(pair.series)!), meta.version)
  const legs = legsOf(reading, extraPatches)
  const found: string[] = []
  for (const leg of legName.options) {
    const patched = await readMeta<SourceMeta>(join(cache, 'sources'), sourceKey(meta.key, legs[leg]))
    if (!patched) continue
    const source = { version: meta.version, listing: patched.listing }
    if (await isBuilt(cache, await kernelKey(pair, reading.series, source, toolchain, added.kconfig)))
      found.push(`${pair.id}-${leg}`)
  }
  return found
}

/** The kernels of these pairs that are in the cache, as `PAIR-LEG`; none when the tree is not in the cache. */
export const cachedKernels = async (
  pairs: readonly PairPlan[],
  resolved: Resolved,
  settings: CacheSettings,
  readings: Readings,
): Promise<ReadonlySet<string>> => {
  const trees = await readMetas<TreeMeta>(join(settings.cache, 'trees'))
  const found: string[] = []
  for (const pair of pairs)
    for (const meta of trees.filter(({ spec }) => spec === pair.tree)) {
      const legs = await legsInCache(pair, meta, resolved, settings, readings).catch((error: unknown) => {
        // A kernel that cannot be built is not cached; the run reports why.
        if (error instanceof HarnessError) return []
        throw error
      })
      found.push(...legs)
    }
  return new Set(found)
}
