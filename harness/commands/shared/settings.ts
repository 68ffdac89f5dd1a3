// SPDX-License-Identifier: MIT

import { resolve } from 'node:path'
import { archs, findArch, hostArch } from '../../inputs/arch/index.ts'
import { parseHold } from '../../inputs/hold/parse.ts'
import { requireName } from '../../inputs/kconfig/compose.ts'
import { recordedSpec, refuseTwice } from '../../inputs/series/sources.ts'
import { checks } from '../../kernel/checks/index.ts'
import { machineSize } from '../../lib/machine/size.ts'
import { cacheRoot, paths } from '../../lib/paths.ts'
import { probability, seconds, wholeNumber } from '../../lib/text/quantity.ts'
import { didYouMean } from '../../lib/text/suggest.ts'
import { UsageError } from '../../model/errors.ts'
import type { Amplify } from '../../model/names.ts'
import {
  type Additions,
  type ArchName,
  type Expectation,
  type LaneName,
  type LegName,
  ownLaneName,
} from '../../model/results.ts'
import type { Runs } from '../../run/plan/pairs.ts'
import type { RunSettings } from '../../run/settings.ts'
import type { StorePlace } from '../../store/model.ts'
import { storePlace } from '../../store/place.ts'
import { DEFAULT_TERMS, type PairTerms } from '../../verdict/pair.ts'
import { type AddedFlags, addedFrom } from './added.ts'

/** The flags for the settings of a run, not yet parsed. */
export interface SettingsFlags extends AddedFlags {
  readonly patch?: readonly string[]
  readonly extraPatch?: readonly string[]
  readonly lane?: readonly string[]
  readonly duration?: string
  readonly amplify?: boolean | Amplify
  readonly seed?: string
  readonly jobs?: string
  readonly checks?: readonly string[]
  readonly results?: string
  readonly store?: string
}

/** The settings without flags. */
export type SettingsDefaults = Pick<RunSettings, 'lanes' | 'durationS' | 'amplify' | 'seed'>

const DEFAULTS: SettingsDefaults = { lanes: [], durationS: null, amplify: true, seed: '1' }

/** The names that a flag gives; `all` stands for every one that there is. */
export const namesFrom = (what: string, asked: readonly string[], known: readonly string[]): string[] => {
  if (asked.includes('all')) return [...known]
  for (const name of asked) requireName(what, name, known)
  return [...new Set(asked)]
}

/** The value of `--leg`. */
export const legsFrom = (text: string): readonly LegName[] => {
  const known = ['before', 'after', 'both']
  if (text === 'both') return ['before', 'after']
  if (text === 'before' || text === 'after') return [text]
  throw new UsageError(`unknown leg '${text}'${didYouMean(text, known)}`, `choose one of: ${known.join(', ')}`)
}

/** The value of `--arch`; without it the architecture of this host. */
export const archsFrom = (text: string | undefined): readonly ArchName[] => {
  if (text === 'all') return archs.map(({ name }) => name)
  return [(text === undefined ? hostArch() : findArch(text)).name]
}

const MAX_RUNS = 10_000

/** The value of `--runs`. */
export const runsFrom = (text: string): Runs => (text === 'auto' ? text : wholeNumber('--runs', text, 1, MAX_RUNS))

/** The flags for the verdict of a pair, not yet parsed. */
export interface TermsFlags {
  readonly confidence?: string
  readonly expect?: Expectation
}

/** What the verdicts have to meet, from the flags. */
export const termsFrom = ({ confidence, expect }: TermsFlags): PairTerms => ({
  confidence: confidence === undefined ? DEFAULT_TERMS.confidence : probability('--confidence', confidence, 0.5),
  expect: expect ?? DEFAULT_TERMS.expect,
})

/** The value of `--jobs`; without it the number of CPUs that this process may use. */
export const jobsFrom = (text: string | undefined): number =>
  text === undefined ? machineSize().cpus : wholeNumber('--jobs', text, 1, 1024)

/** The store of `--store`, else of $ZSHARNESS_STORE; null without one. */
export const storeFrom = (text: string | undefined): StorePlace | null => {
  if (text !== undefined) return storePlace('--store', text)
  const { ZSHARNESS_STORE: variable } = process.env
  return variable ? storePlace('ZSHARNESS_STORE', variable) : null
}

/** The folder of `--results`; without it `paths.results`. */
export const resultsFrom = (path: string | undefined): string => resolve(path ?? paths.results)

/** The values of `--lane`. */
export const lanesFrom = (texts: readonly string[]): readonly LaneName[] => {
  const names = texts.flatMap((text) => text.split(','))
  for (const name of names) requireName('lane', name, ownLaneName.options)
  return [...new Set(names as LaneName[])]
}

const checksFrom = (names: readonly string[]): readonly string[] => {
  const known = checks.map(({ name }) => name)
  for (const name of names) requireName('check', name, known)
  return [...new Set(names)]
}

/** The value of `--seed`. */
export const seedFrom = (text: string): string => {
  if (/^\d{1,18}$/.test(text)) return BigInt(text).toString()
  throw new UsageError(`--seed ${text}: not a whole number of at most 18 digits`, 'write it in digits, like 42')
}

const recorded = (specs: readonly string[] | undefined): readonly string[] => (specs ?? []).map(recordedSpec)

const ownSettings = (flags: SettingsFlags, defaults: SettingsDefaults): Omit<RunSettings, 'lanes' | 'added'> => ({
  durationS: flags.duration === undefined ? defaults.durationS : seconds('--duration', flags.duration),
  amplify: flags.amplify === undefined ? defaults.amplify : flags.amplify !== false && flags.amplify !== 'off',
  seed: flags.seed === undefined ? defaults.seed : seedFrom(flags.seed),
  canary: null,
  checks: checksFrom(flags.checks ?? []),
  jobs: jobsFrom(flags.jobs),
  resultsDir: resultsFrom(flags.results),
  cache: cacheRoot(),
  store: storeFrom(flags.store),
  patchFiles: recorded(flags.patch),
  extraPatchFiles: recorded(flags.extraPatch),
})

/** The lanes: with programs of the user, these alone, and the guest's own only where they are asked for. */
const lanesOf = (
  { lane }: SettingsFlags,
  { workloads }: Additions,
  defaults: SettingsDefaults,
): RunSettings['lanes'] => {
  const own = lane === undefined ? undefined : lanesFrom(lane)
  return workloads.length === 0 ? (own ?? defaults.lanes) : [...(own ?? []), 'workload']
}

/** A point for lanes that do not run would do nothing, without a word. */
const requireLanes = (lanes: RunSettings['lanes'], { holds }: Additions): void => {
  if (lanes.length === 0) return
  for (const text of holds) {
    const { lanes: own } = parseHold(text, `--hold ${JSON.stringify(text)}`)
    if (own.length > 0 && !own.some((lane) => lanes.includes(lane)))
      throw new UsageError(
        `--hold ${JSON.stringify(text)}: this run has the lanes ${lanes.join(', ')} only`,
        `leave 'during' out, or name one of them there`,
      )
  }
}

/** The settings of a run from its flags; a UsageError names the first wrong flag. */
export const settingsFrom = (flags: SettingsFlags, defaults: SettingsDefaults = DEFAULTS): RunSettings => {
  refuseTwice([...(flags.patch ?? []), ...(flags.extraPatch ?? [])])
  const added = addedFrom(flags)
  const lanes = lanesOf(flags, added, defaults)
  requireLanes(lanes, added)
  return { ...ownSettings(flags, defaults), added, lanes }
}
