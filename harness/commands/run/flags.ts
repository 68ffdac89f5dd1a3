// SPDX-License-Identifier: MIT
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { archs, findArch, hostArch } from '../../inputs/arch/index.ts'
import { requireName } from '../../inputs/kconfig/compose.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { checks } from '../../kernel/checks/index.ts'
import { cacheRoot, paths } from '../../lib/paths.ts'
import { seconds, wholeNumber } from '../../lib/text/quantity.ts'
import { didYouMean } from '../../lib/text/suggest.ts'
import { UsageError } from '../../model/errors.ts'
import { type LaneName, type LegName, laneName } from '../../model/results.ts'
import type { Format } from '../../progress/format.ts'
import type { RunOptions, RunSettings } from '../../run/options.ts'

/** What `run` and `matrix` have in common, as the command line has it. */
export interface SettingsFlags {
  readonly patch?: readonly string[]
  readonly extraPatch?: readonly string[]
  readonly lane?: readonly string[]
  readonly runs: string
  readonly duration?: string
  readonly amplify: boolean
  readonly seed: string
  readonly jobs?: string
  readonly llvm?: boolean
  readonly checks?: readonly string[]
  readonly results?: string
}

/** The flags of `run` as the command line has them. */
export interface RunFlags extends SettingsFlags {
  readonly arch?: string
  readonly tree: string
  readonly series: string
  readonly config?: readonly string[]
  readonly leg: string
  readonly profile: string
  readonly baseline?: string
  readonly format?: Format
  readonly installDeps?: boolean
}

const DEFAULT_CONFIGS = ['zpool-on', 'zpool-off']
const MAX_RUNS = 10_000

/** The legs of `before`, `after` or `both`. */
export const legsFrom = (text: string): readonly LegName[] => {
  const known = ['before', 'after', 'both']
  if (text === 'both') return ['before', 'after']
  if (text === 'before' || text === 'after') return [text]
  throw new UsageError(`unknown leg '${text}'${didYouMean(text, known)}`, `choose one of: ${known.join(', ')}`)
}

const lanesFrom = (names: readonly string[]): readonly LaneName[] => {
  for (const name of names) requireName('lane', name, laneName.options)
  return names.flatMap((name) => name as LaneName)
}

const checksFrom = (names: readonly string[]): readonly string[] => {
  const known = checks.map(({ name }) => name)
  for (const name of names) requireName('check', name, known)
  return names
}

const seedFrom = (text: string): string => {
  if (/^\d{1,18}$/.test(text)) return BigInt(text).toString()
  throw new UsageError(`--seed ${text}: not a whole number of at most 18 digits`)
}

const configsFrom = (asked: readonly string[] | undefined, known: readonly string[]): readonly string[] => {
  if (asked === undefined) return DEFAULT_CONFIGS
  if (asked.includes('all')) return known
  for (const name of asked) requireName('config', name, known)
  return asked
}

export interface Known {
  readonly configs: readonly string[]
  readonly profiles: readonly string[]
}

/** What the boots of a run share, by these flags; a UsageError names the first that is wrong. */
export const settingsFrom = (flags: SettingsFlags): RunSettings => ({
  patchFiles: flags.patch ?? [],
  extraPatchFiles: flags.extraPatch ?? [],
  lanes: lanesFrom((flags.lane ?? []).flatMap((text) => text.split(','))),
  runs: wholeNumber('--runs', flags.runs, 1, MAX_RUNS),
  durationS: flags.duration === undefined ? null : seconds('--duration', flags.duration),
  jobs: flags.jobs === undefined ? availableParallelism() : wholeNumber('--jobs', flags.jobs, 1, 1024),
  resultsDir: resolve(flags.results ?? paths.results),
  cache: cacheRoot(),
  amplify: flags.amplify,
  checks: checksFrom(flags.checks ?? []),
  seed: seedFrom(flags.seed),
  canary: null,
  llvm: flags.llvm === true,
})

/** The run that these flags ask for; a UsageError names the first flag that is wrong. */
export const optionsFrom = (flags: RunFlags, known: Known): RunOptions => {
  requireName('profile', flags.profile, known.profiles)
  parseTreeSpec(flags.tree)
  return {
    archs:
      flags.arch === 'all'
        ? archs.map(({ name }) => name)
        : [(flags.arch === undefined ? hostArch() : findArch(flags.arch)).name],
    tree: flags.tree,
    series: flags.series,
    configs: configsFrom(flags.config, known.configs),
    legs: legsFrom(flags.leg),
    profile: flags.profile,
    ...settingsFrom(flags),
  }
}
