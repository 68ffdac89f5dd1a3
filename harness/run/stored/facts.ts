// SPDX-License-Identifier: MIT
import { basename } from 'node:path'
import type { Made } from '../../bundle/made.ts'
import { BUNDLE_VERSION } from '../../bundle/model.ts'
import type { Patch, Series } from '../../inputs/series/model.ts'
import { isSource } from '../../inputs/series/sources.ts'
import { sha256Of } from '../../lib/files/hash.ts'
import { canonicalJson } from '../../lib/text/canonical.ts'
import { type LegName, legName } from '../../model/results.ts'
import type { PairPlan } from '../plan/pairs.ts'
import { type RunRequest, unwrap } from '../request.ts'
import type { RunSettings } from '../settings.ts'

// Its text is in its hash; where it lies decides nothing.
const factsOfPatch = ({ file, text: _, ...rest }: Patch): object => ({
  ...rest,
  file: isSource(file) ? file : basename(file),
})

// Whatever a series has is a fact, but for its place: a new field changes the keys without a line here.
const factsOfSeries = ({ dir: _, patches, variants, bases, ...rest }: Series): object => ({
  ...rest,
  patches: patches.map(factsOfPatch),
  variants: variants.map(({ patches: own, ...variant }) => ({ ...variant, patches: own.map(factsOfPatch) })),
  bases: [...bases].map(([name, base]) => [name, factsOfSeries(base)]),
})

// The same here: named is what decides neither a kernel nor how it is judged, or what is a fact of its own.
const NO_FACTS = ['seed', 'durationS', 'checks', 'jobs', 'resultsDir', 'cache', 'store', 'debug']
const OWN_PATHS = ['patchFiles', 'extraPatchFiles']

const without = (value: object, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))

const factsOfSettings = (settings: RunSettings): object => ({
  ...without(settings, [...NO_FACTS, ...OWN_PATHS]),
  added: { ...without(settings.added, ['workloads']), kconfig: settings.added.kconfig.map(({ text }) => text) },
})

const hashOf = (value: unknown): string => sha256Of(canonicalJson(value))

/** The legs of a pair, in order. */
export const legsIn = ({ cells }: PairPlan): readonly LegName[] =>
  legName.options.filter((leg) => cells.some((cell) => cell.leg === leg))

/** Whether the kernels of a request can come from a store at all: what needs their sources or objects cannot. */
export const fitsStore = ({ settings, bundled, onTree }: RunRequest): boolean =>
  bundled?.origin !== 'files' &&
  onTree === undefined &&
  settings.debug === undefined &&
  settings.checks.length === 0 &&
  !settings.added.search &&
  settings.added.schedule === null

/** All that decides the bundles of a pair, but for the leg: the tree by its identity, zsharness by its content. */
export const factsOf = (
  { resolved, settings }: Pick<RunRequest, 'resolved' | 'settings'>,
  pair: PairPlan,
  tree: string,
  harness: string,
): Omit<Made, 'leg'> => {
  const { arch, config, profile } = pair
  const { version, prefix, llvm } = resolved.toolchains.get(arch)!
  const programs = resolved.programs?.get(arch) ?? []
  return {
    ...{ format: BUNDLE_VERSION, harness, tree, arch, config, profile },
    series: hashOf(factsOfSeries(unwrap(resolved.series.get(pair.series)!))),
    extraPatches: hashOf(resolved.extraPatches.map(factsOfPatch)),
    legs: [...legsIn(pair)],
    toolchain: { version, prefix, llvm },
    settings: hashOf(factsOfSettings(settings)),
    programs: hashOf(programs.map(({ name, args, sha256 }) => [name, args, sha256])),
  }
}
