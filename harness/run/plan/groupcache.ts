// SPDX-License-Identifier: MIT

import { join } from 'node:path'
import type { SourceMeta } from '../../inputs/series/source.ts'
import { donorsFor } from '../../kernel/donor.ts'
import { buildsRoot, objectDir } from '../../kernel/layout.ts'
import type { KernelMeta } from '../../kernel/model.ts'
import { guessedTouches, objectsOf, readTouches, type Touches } from '../../kernel/touches.ts'
import { differingFiles, type GroupCache, type Ingredients, type PlannedBuild } from './forecast.ts'
import { groupName, patchName } from './planned.ts'

/** A finished build whose source the cache knows. */
export interface Finished extends Ingredients {
  readonly meta: KernelMeta
  readonly group: string
}

/** Those of the finished builds whose source is known, with its patches. */
export const describeFinished = (builds: readonly KernelMeta[], sources: readonly SourceMeta[]): readonly Finished[] =>
  builds.flatMap((meta) => {
    const source = sources.find(({ listing }) => listing === meta.listing)
    if (!source) return []
    // Which of its patches touched which file is not recorded.
    const files = Object.keys(source.patchedFiles)
    const patches = new Map(source.patches.map((patch) => [patchName(patch), files]))
    return [{ meta, options: meta.options, patches, group: groupName(source.treeKey, meta.arch, meta.toolchain) }]
  })

const optionOf = (line: string): readonly string[] => /CONFIG_(\w+)/.exec(line)?.slice(1) ?? []

/** Names of the options that are not set alike in all of these. */
export const unequalOptions = (all: readonly Ingredients[]): readonly string[] => {
  const counts = new Map<string, number>()
  for (const line of all.flatMap(({ options }) => options)) counts.set(line, (counts.get(line) ?? 0) + 1)
  const lines = [...counts].filter(([, count]) => count < all.length).map(([line]) => line)
  return [...new Set(lines.flatMap(optionOf))].sort()
}

const filesOf = (all: readonly Ingredients[]): readonly string[] => [
  ...new Set(all.flatMap(({ patches }) => [...patches.values()].flat())),
]

/** The finished builds that could be the donor of one of these. */
export const likelyDonors = (builds: readonly PlannedBuild[], finished: readonly Finished[]): readonly Finished[] => {
  const near = builds.flatMap((build) => {
    const candidates = finished.map((one) => ({ meta: one.meta, differing: differingFiles(one, build) }))
    const [any] = candidates
    return any ? donorsFor({ ...any.meta, options: build.options }, candidates).map(({ meta }) => meta.key) : []
  })
  return finished.filter(({ meta }) => near.includes(meta.key))
}

const touchesOf = async (
  cache: string,
  { meta }: Finished,
  options: readonly string[],
  files: readonly string[],
): Promise<Touches> => {
  const dir = objectDir(join(buildsRoot(cache), meta.key))
  return readTouches(dir, Math.max(meta.compiled, await objectsOf(dir)), options, files)
}

/** What the cache has for the builds of one group; `finished` are all builds of the architecture. */
export const groupCache = async (
  cache: string,
  arch: string,
  builds: readonly PlannedBuild[],
  finished: readonly Finished[],
): Promise<GroupCache> => {
  const own = finished.filter(({ group }) => builds.some((build) => build.group === group))
  const donors = likelyDonors(builds, own)
  const all = [...builds, ...donors]
  const [options, files] = [unequalOptions(all), filesOf(all)]
  const touches = (build: Finished): Promise<Touches> => touchesOf(cache, build, options, files)
  const read = await Promise.all(donors.map(async (donor) => ({ ...donor, touches: await touches(donor) })))
  // What depends on an option is much the same in another tree.
  const [other] = finished
  const known = read[0]?.touches ?? (other && (await touches(other)))
  return { touches: known ?? guessedTouches(arch), finished: read }
}
