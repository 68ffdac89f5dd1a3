// SPDX-License-Identifier: MIT
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findArch } from '../../inputs/arch/index.ts'
import { composeConfig } from '../../inputs/kconfig/compose.ts'
import { sourceKey } from '../../inputs/series/source.ts'
import type { TreeMeta } from '../../inputs/tree/model.ts'
import { parseVersion } from '../../inputs/tree/version.ts'
import { keyOf, wantedOptions } from '../../kernel/kernel.ts'
import { buildsRoot } from '../../kernel/layout.ts'
import { findToolchain } from '../../kernel/toolchain.ts'
import { exists } from '../../lib/files/exists.ts'
import { HarnessError } from '../../model/errors.ts'
import type { LegName } from '../../model/results.ts'
import { gcovVariables } from '../../verdict/coverage/measure.ts'
import { legsOf, seriesOf } from '../legs.ts'
import type { RunSettings } from '../options.ts'
import type { PairPlan } from './pairs.ts'

const treesOf = async (cache: string): Promise<readonly TreeMeta[]> => {
  const dir = join(cache, 'trees')
  const files = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith('.json'))
  const texts = await Promise.all(files.map((name) => readFile(join(dir, name), 'utf8').catch(() => '')))
  return texts.filter((text) => text !== '').map((text) => JSON.parse(text) as TreeMeta)
}

const legsInCache = async (pair: PairPlan, meta: TreeMeta, settings: RunSettings): Promise<readonly LegName[]> => {
  const series = await seriesOf(pair.series, settings)
  const legs = await legsOf(series, meta.version, settings)
  const arch = findArch(pair.arch)
  const { version } = await findToolchain(arch, settings.llvm)
  const options = wantedOptions(await composeConfig(pair, parseVersion(meta.version)!), gcovVariables(series.touches))
  const found: LegName[] = []
  for (const leg of ['before', 'after'] as const) {
    const key = keyOf({ arch: arch.name, sourceKey: sourceKey(meta.key, legs[leg]), toolchain: version, options })
    if (await exists(join(buildsRoot(settings.cache), `${key}.json`))) found.push(leg)
  }
  return found
}

/** Which kernels of these pairs lie in the cache, as `PAIR-LEG`; of trees that are not there, none is known. */
export const cachedKernels = async (
  pairs: readonly PairPlan[],
  settings: RunSettings,
): Promise<ReadonlySet<string>> => {
  const trees = await treesOf(settings.cache)
  const found = new Set<string>()
  for (const pair of pairs)
    for (const meta of trees.filter(({ spec }) => spec === pair.tree)) {
      const legs = await legsInCache(pair, meta, settings).catch((error: unknown) => {
        // What cannot be built is not cached; the run tells why.
        if (error instanceof HarnessError) return []
        throw error
      })
      for (const leg of legs) found.add(`${pair.id}-${leg}`)
    }
  return found
}
