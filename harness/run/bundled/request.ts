// SPDX-License-Identifier: MIT
import type { Bundle } from '../../bundle/open.ts'
import { type BundlePair, pairBundles } from '../../bundle/pairs.ts'
import type { Program } from '../../guest/programs.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import type { Toolchain } from '../../kernel/toolchain.ts'
import { type ArchName, type LaneName, type LegName, legName } from '../../model/results.ts'
import type { PairPlace, Runs } from '../plan/pairs.ts'
import { planPairs } from '../plan/pairs.ts'
import type { RunRequest } from '../request.ts'
import type { RunSettings } from '../settings.ts'
import { seriesOf } from './inputs.ts'
import type { Bundled } from './model.ts'

/** What a run of bundles takes from the command line; undefined for what the bundles say. */
export interface BundledFlags {
  readonly lanes: readonly LaneName[] | undefined
  readonly durationS: number | undefined
  readonly seed: string | undefined
  /** Whether hold points are armed, if the bundles have some. */
  readonly amplify: boolean
  readonly runs: Runs
}

type Local = Pick<RunRequest, 'terms' | 'command' | 'compare'> & {
  readonly settings: Pick<RunSettings, 'jobs' | 'resultsDir' | 'cache'>
}

const settingsOf = ({ boot }: Bundle, flags: BundledFlags, local: Local['settings']): RunSettings => {
  const { seed, durationS, amplify, canary, patchFiles, extraPatchFiles, added } = boot.request
  return {
    lanes: flags.lanes ?? boot.lanes,
    durationS: flags.durationS ?? durationS,
    amplify: amplify && flags.amplify,
    seed: flags.seed ?? seed,
    ...{ canary, patchFiles, extraPatchFiles, added, checks: [], ...local },
  }
}

const keyOf = ({ tree, series, arch, config, profile }: PairPlace, leg: LegName): string =>
  JSON.stringify([tree, series, arch, config, profile, leg])

/** The compiler of a kernel, as a name: this host need not have it. */
export const toolchainOf = ({ build }: Bundle): Toolchain => ({
  prefix: build.prefix,
  cc: `${build.prefix}gcc`,
  llvm: build.llvm,
  version: build.meta.toolchain,
})

const legsIn = ({ legs }: BundlePair): readonly LegName[] => legName.options.filter((leg) => legs[leg] !== undefined)

/** The request that boots and judges bundles. A UsageError where two do not belong together. */
export const bundledRequest = (
  opened: readonly { readonly bundle: Bundle; readonly programs: readonly Program[] }[],
  flags: BundledFlags,
  { settings: local, ...rest }: Local,
): RunRequest => {
  const bundles = opened.map(({ bundle }) => bundle)
  const pairs = pairBundles(bundles)
  const found = new Map<string, Bundled>(
    opened.map(({ bundle, programs }) => [
      keyOf(bundle.manifest.cell, bundle.manifest.cell.leg),
      { bundle, programs, settings: settingsOf(bundle, flags, local) },
    ]),
  )
  const [first] = bundles
  const selected = pairs.map((pair) => ({ ...pair.place, legs: legsIn(pair) }))
  return {
    ...rest,
    pairs: planPairs(selected, flags.runs),
    resolved: {
      trees: new Map(bundles.map(({ manifest: { cell } }) => [cell.tree, parseTreeSpec(cell.tree)])),
      series: new Map(bundles.map((bundle) => [bundle.series.name, { value: seriesOf(bundle) }])),
      extraPatches: [],
      toolchains: new Map<ArchName, Toolchain>(
        bundles.map((bundle) => [bundle.manifest.cell.arch, toolchainOf(bundle)]),
      ),
      programs: new Map(opened.map(({ bundle, programs }) => [bundle.manifest.cell.arch, programs])),
    },
    settings: settingsOf(first!, flags, local),
    planned: null,
    tolerant: false,
    bundled: { origin: 'files', all: bundles, of: (place, leg) => found.get(keyOf(place, leg)) },
  }
}
