// SPDX-License-Identifier: MIT
import { configNames, profileNames, requireName } from '../../inputs/kconfig/compose.ts'
import type { Series } from '../../inputs/series/model.ts'
import { differingLegs } from '../../inputs/series/none.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { boundCache } from '../../lib/cache/clean.ts'
import type { ArchName, Expectation, LegName } from '../../model/results.ts'
import type { Format } from '../../progress/format.ts'
import { comparer } from '../../run/baseline.ts'
import { planPairs, type Runs } from '../../run/plan/pairs.ts'
import { type RunRequest, resolvedOne } from '../../run/request.ts'
import { configsOf, profileOf, type RunSettings } from '../../run/settings.ts'
import type { PairTerms } from '../../verdict/pair.ts'
import { readAdded } from '../shared/added.ts'
import { exploreAsked, exploreMsFrom } from '../shared/explored.ts'
import type { HostFlags } from '../shared/host.ts'
import { hostFor } from '../shared/hostfor.ts'
import { withSignature } from '../shared/resolve.ts'
import { type Given, withSchedule } from '../shared/schedule.ts'
import { executeIn, executePart, executeRequest, ownCommand } from '../shared/session.ts'
import {
  archsFrom,
  legsFrom,
  namesFrom,
  runsFrom,
  type SettingsFlags,
  settingsFrom,
  termsFrom,
} from '../shared/settings.ts'
import { asksToSubmit, type SubmitFlags, submitRequest } from '../shared/submit.ts'
import { currentKey, keyReader, type Patches, patchesOf, refuseResultsInTree, watchedBy } from '../shared/tested.ts'
import { type Watchable, watchRuns } from '../shared/watch.ts'
import { runBundles } from './runbundle.ts'

/** The flags of `run`, not yet parsed. */
export interface RunFlags extends SettingsFlags, HostFlags, SubmitFlags {
  readonly arch?: string
  readonly tree: string
  readonly series: string
  readonly config?: readonly string[]
  readonly leg: string
  readonly profile?: string
  readonly runs: string
  readonly confidence: string
  readonly expect: Expectation
  readonly baseline?: string
  readonly format?: Format
  readonly schedule?: string
  readonly explore?: 'on' | 'off'
  readonly exploreBudget?: string
  readonly watch?: boolean
  readonly bell?: boolean
  readonly part?: string
  readonly bundle?: readonly string[]
}

/** The names in kconfigs/ that flags may use. */
export interface KnownNames {
  readonly configs: readonly string[]
  readonly profiles: readonly string[]
}

/** The flags of `run`, parsed. */
interface ParsedFlags {
  readonly archs: readonly ArchName[]
  /** Undefined where the series decides. */
  readonly configs: readonly string[] | undefined
  readonly profile: string | undefined
  readonly legs: readonly LegName[]
  readonly runs: Runs
  readonly terms: PairTerms
  readonly settings: RunSettings
  /** Milliseconds to explore each leg; undefined without an exploration. */
  readonly exploreMs: number | undefined
}

/** Parses the flags; a UsageError names the first wrong one. */
export const parseFlags = (flags: RunFlags, known: KnownNames): ParsedFlags => {
  if (flags.profile !== undefined) requireName('profile', flags.profile, known.profiles)
  return {
    archs: archsFrom(flags.arch),
    configs: flags.config && namesFrom('config', flags.config, known.configs),
    profile: flags.profile,
    legs: legsFrom(flags.leg),
    runs: runsFrom(flags.runs),
    terms: termsFrom(flags),
    settings: settingsFrom(flags),
    exploreMs: exploreMsFrom(flags),
  }
}

/** The configs and the profile: of the flags, else of the series. */
export const placesFor = (
  { configs, profile }: Pick<ParsedFlags, 'configs' | 'profile'>,
  series: Pick<Series, 'settings'>,
): { readonly configs: readonly string[]; readonly profile: string } => ({
  configs: configs ?? configsOf(series),
  profile: profile ?? profileOf(series),
})

/** Looks up what the flags name. */
const requestOf = async (flags: RunFlags, parsed: ParsedFlags, patches: Patches): Promise<RunRequest> => {
  const { archs, runs, terms } = parsed
  const settings = { ...parsed.settings, added: await readAdded(parsed.settings.added) }
  const tree = parseTreeSpec(flags.tree)
  const { extraPatches } = patches
  const series = withSignature(patches.series, settings.added.signature)
  const { configs, profile } = placesFor(parsed, series)
  const legs = differingLegs(series, extraPatches, parsed.legs)
  const compare = await comparer(settings.resultsDir, flags.baseline)
  const { toolchains, programs } = await hostFor(archs, settings.added, flags)
  const places = archs.flatMap((arch) =>
    configs.map((config) => ({ tree: tree.text, series: series.name, arch, config, profile, legs })),
  )
  const pairs = planPairs(places, runs)
  return {
    pairs,
    explore: await exploreAsked(parsed.exploreMs, pairs, flags.llvm === true),
    resolved: resolvedOne(tree, series, { extraPatches, toolchains, programs }),
    settings,
    terms,
    command: ownCommand(),
    planned: null,
    tolerant: false,
    compare,
  }
}

const watchable = (flags: RunFlags, parsed: ParsedFlags): Watchable => {
  const { cache, added } = parsed.settings
  const tested = { ...flags, others: [...added.workloads, ...added.kconfig].map(({ file }) => file) }
  return {
    watched: () => watchedBy(tested),
    run: async (session, onRead) => {
      const patches = await patchesOf(tested)
      const request = await requestOf(flags, parsed, patches)
      return executeIn({ ...request, onTree: keyReader(parseTreeSpec(flags.tree), patches, onRead) }, session)
    },
    current: (signal) => currentKey(tested, cache, signal),
    cleanUp: (session) => boundCache(cache, session),
  }
}

/** Runs `zsharness run`. */
export const run = async (asked: RunFlags, given: Given): Promise<void> => {
  if (asked.bundle) return runBundles(asked.bundle, asked, given)
  const { flags: scheduled, schedule } = await withSchedule(asked, given)
  const flags = { ...asked, ...scheduled }
  const known = parseFlags(flags, { configs: await configNames(), profiles: await profileNames() })
  const parsed = { ...known, settings: { ...known.settings, added: { ...known.settings.added, schedule } } }
  const { format, bell = false, part } = flags
  const request = async () => requestOf(flags, parsed, await patchesOf(flags))
  if (asksToSubmit(flags)) return submitRequest(await request(), flags)
  if (part !== undefined) return executePart(await request(), part, format)
  if (!flags.watch) return executeRequest(await request(), format)
  await refuseResultsInTree(flags.tree, parsed.settings.resultsDir)
  await watchRuns(watchable(flags, parsed), { format, bell })
}
