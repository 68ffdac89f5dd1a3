// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { touchedBy } from '../../inputs/series/diff.ts'
import { legsOf, readingOn } from '../../inputs/series/legs.ts'
import type { Patch } from '../../inputs/series/model.ts'
import type { SourceMeta } from '../../inputs/series/source.ts'
import type { TreeMeta } from '../../inputs/tree/model.ts'
import { formatVersion, type KernelVersion, parseVersion } from '../../inputs/tree/version.ts'
import { readMetas } from '../../lib/cache/meta.ts'
import { HarnessError } from '../../model/errors.ts'
import { type KconfigText, type LegName, legName } from '../../model/results.ts'
import { kernelOptions } from '../kernels.ts'
import { type Resolved, unwrap } from '../request.ts'
import type { PlannedBuild } from './forecast.ts'
import type { PairPlan } from './pairs.ts'
import type { Readings } from './readings.ts'

// For a tree whose version nobody knows before it is there; a difference only makes the forecast less exact.
const GUESSED_VERSION = parseVersion('6.1')!

/** The version that a tree's spec names, if any: `debian:6.1`, `debian:6.12=6.12.117-1`, `v6.2-rc4`, `git:URL#v6.2`. */
export const namedVersion = (spec: string): KernelVersion | undefined => {
  // The name of a folder is no version.
  if (/^\s*(?:dir|tar):/.test(spec)) return undefined
  const named = /^debian:([^=]+)/.exec(spec)?.[1]
  const version = spec.split(named === undefined ? /[:#]/ : '=').at(-1)!
  return parseVersion(version) ?? parseVersion(named ?? '')
}

/** The same, or a guess. */
export const guessedVersion = (spec: string): KernelVersion => namedVersion(spec) ?? GUESSED_VERSION

/** Names a patch, whatever it is applied to. */
export const patchName = ({ sha256, reverse }: Pick<Patch, 'sha256' | 'reverse'>): string =>
  `${reverse ? '-' : '+'}${sha256}`

/** The name of a group: `tree` is a key of the cache, or a spec. */
export const groupName = (tree: string, arch: string, toolchain: string): string => `${tree} ${arch} ${toolchain}`

/** What the cache knows about trees and sources. */
export interface Stored {
  readonly trees: readonly TreeMeta[]
  readonly sources: readonly SourceMeta[]
}

/** Reads what the cache knows about trees and sources. */
export const readStored = async (cache: string): Promise<Stored> => ({
  trees: await readMetas<TreeMeta>(join(cache, 'trees')),
  sources: await readMetas<SourceMeta>(join(cache, 'sources')),
})

/** What is known before the first build. */
interface Known {
  readonly stored: Stored
  readonly cached: ReadonlySet<string>
  readonly readings: Readings
  readonly kconfig?: readonly KconfigText[]
}

const describe = async (
  pair: PairPlan,
  leg: LegName,
  { series: seriesByName, extraPatches, toolchains }: Resolved,
  { stored, readings, kconfig = [] }: Known,
): Promise<Omit<PlannedBuild, 'cached'>> => {
  const tree = stored.trees.findLast(({ spec }) => spec === pair.tree)
  const version = (tree && parseVersion(tree.version)) ?? guessedVersion(pair.tree)
  const whole = unwrap(seriesByName.get(pair.series)!)
  const reading = readings(pair) ?? readingOn(whole, formatVersion(version))
  const patches = legsOf(reading, extraPatches)[leg]
  return {
    id: `${pair.id}-${leg}`,
    group: groupName(tree?.key ?? pair.tree, pair.arch, toolchains.get(pair.arch)?.version ?? ''),
    arch: pair.arch,
    options: await kernelOptions(pair, reading.series, version, kconfig),
    patches: new Map(patches.map((patch) => [patchName(patch), touchedBy(patch.text)])),
  }
}

/** The kernels that these pairs need, in order. One that cannot be built is left out: its cells report why. */
export const plannedBuilds = async (
  pairs: readonly PairPlan[],
  resolved: Resolved,
  known: Known,
): Promise<readonly PlannedBuild[]> => {
  const planned: PlannedBuild[] = []
  for (const pair of pairs)
    for (const leg of legName.options.filter((name) => pair.cells.some((cell) => cell.leg === name))) {
      const build = await describe(pair, leg, resolved, known).catch((error: unknown) => {
        if (error instanceof HarnessError) return undefined
        throw error
      })
      if (build) planned.push({ ...build, cached: known.cached.has(build.id) })
    }
  return planned
}
