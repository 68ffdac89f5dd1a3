// SPDX-License-Identifier: MIT
import { configNames, profileNames, requireName } from '../../inputs/kconfig/compose.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import type { ArchName, LegName } from '../../model/results.ts'
import type { Format } from '../../progress/format.ts'
import { comparer } from '../../run/baseline.ts'
import { planPairs } from '../../run/plan/pairs.ts'
import type { RunSettings } from '../../run/settings.ts'
import { type HostFlags, prepareHost } from '../shared/host.ts'
import { resolvePatches, resolveSeries, resolveToolchains } from '../shared/resolve.ts'
import { executeRequest, ownCommand } from '../shared/session.ts'
import { archsFrom, legsFrom, runsFrom, type SettingsFlags, settingsFrom } from '../shared/settings.ts'

/** The flags of `run` as the command line has them. */
export interface RunFlags extends SettingsFlags, HostFlags {
  readonly arch?: string
  readonly tree: string
  readonly series: string
  readonly config?: readonly string[]
  readonly leg: string
  readonly profile: string
  readonly runs: string
  readonly baseline?: string
  readonly format?: Format
}

/** Names that flags may use: what is in kconfigs/. */
export interface Known {
  readonly configs: readonly string[]
  readonly profiles: readonly string[]
}

/** The flags of `run`, parsed. */
interface Asked {
  readonly archs: readonly ArchName[]
  readonly configs: readonly string[]
  readonly legs: readonly LegName[]
  readonly runs: number
  readonly settings: RunSettings
}

const DEFAULT_CONFIGS = ['zpool-on', 'zpool-off']

const configsFrom = (asked: readonly string[] | undefined, known: readonly string[]): readonly string[] => {
  if (asked === undefined) return DEFAULT_CONFIGS
  if (asked.includes('all')) return known
  for (const name of asked) requireName('config', name, known)
  return asked
}

/** Parses the flags; a UsageError names the first that is wrong. */
export const parseFlags = (flags: RunFlags, known: Known): Asked => {
  requireName('profile', flags.profile, known.profiles)
  return {
    archs: archsFrom(flags.arch),
    configs: configsFrom(flags.config, known.configs),
    legs: legsFrom(flags.leg),
    runs: runsFrom(flags.runs),
    settings: settingsFrom(flags),
  }
}

/** What `zsharness run` does. */
export const run = async (flags: RunFlags): Promise<void> => {
  const { tree, profile, format } = flags
  const spec = parseTreeSpec(tree)
  const asked = parseFlags(flags, { configs: await configNames(), profiles: await profileNames() })
  const { archs, configs, legs, settings } = asked
  const series = await resolveSeries(flags.series, flags.patch)
  const extraPatches = await resolvePatches(flags.extraPatch)
  const compare = await comparer(settings.resultsDir, flags.baseline)
  await prepareHost(archs, flags)
  const toolchains = await resolveToolchains(archs, flags.llvm === true)
  const places = archs.flatMap((arch) =>
    configs.map((config) => ({ tree, series: series.name, arch, config, profile, legs })),
  )
  const request = {
    pairs: planPairs(places, asked.runs),
    resolved: {
      trees: new Map([[tree, spec]]),
      series: new Map([[series.name, { value: series }]]),
      extraPatches,
      toolchains,
    },
    settings,
    command: ownCommand(),
    planned: null,
    tolerant: false,
    compare,
  }
  await executeRequest(request, format)
}
