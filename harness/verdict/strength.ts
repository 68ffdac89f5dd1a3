// SPDX-License-Identifier: MIT
import { lanes } from '../guest/lanes.ts'
import type { CellResult, Exposure, LaneName, Stream, Strength } from '../model/results.ts'
import { hasBooted } from './exposure.ts'
import { failureRateInterval, lnBeta, lnGamma, lowestChance, lowestRate } from './rate.ts'

/** What a boot of either leg showed of the bug. */
export type Boot = Pick<CellResult, 'verdict' | 'findings' | 'exposure' | 'evidence'>

/** Whether a boot failed with the bug's signature. */
export const showsBug = ({ verdict, findings }: Pick<Boot, 'verdict' | 'findings'>): boolean =>
  verdict === 'fail' && findings.some(({ signature, known }) => signature && !known)

type Counts = Omit<Stream, 'rateLow'>

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

// A boot that failed in a lane without a hit in it failed for another reason than a hit.
const hitsCount = (boots: readonly Exposure[], lane: LaneName): boolean =>
  boots.every(({ lanes: own, failedIn }) => {
    const entry = own.find((one) => one.lane === lane)
    return entry === undefined || (entry.hits !== null && (failedIn !== lane || entry.hits > 0))
  })

// A program that ends by itself had its chance once a boot, however long it took.
const endsItself = (boots: readonly Exposure[], lane: LaneName): boolean => {
  const ends = boots
    .flatMap(({ lanes: own }) => own.filter((one) => one.lane === lane))
    .map(({ ended }) => ended ?? null)
  return ends.includes(true) && !ends.includes(false)
}

const unitOf = (boots: readonly Exposure[], lane: LaneName): Stream['unit'] => {
  if (hitsCount(boots, lane)) return 'hits'
  return endsItself(boots, lane) ? 'boots' : 'seconds'
}

const laneCounts = (lane: LaneName, before: readonly Exposure[], after: readonly Exposure[]): Counts => {
  const unit = unitOf([...before, ...after], lane)
  const total = (boots: readonly Exposure[]): number =>
    sum(
      boots
        .flatMap((boot) => boot.lanes.filter((one) => one.lane === lane))
        .map((one) => (unit === 'boots' ? 1 : (one[unit] ?? 0))),
    )
  const failures = before.filter(({ failedIn }) => failedIn === lane).length
  return { lane, unit, failures, before: total(before), after: total(after) }
}

const exposuresOf = (boots: readonly Boot[]): readonly Exposure[] =>
  boots.flatMap(({ exposure }) => (exposure === null ? [] : [exposure]))

// Only results of an older zsharness lack the exposure of a boot: then every boot counts as one.
const countsOf = (before: readonly Boot[], after: readonly Boot[]): readonly Counts[] => {
  const own = { before: exposuresOf(before), after: exposuresOf(after) }
  const boots = { lane: null, unit: 'boots' as const, before: before.length, after: after.length }
  if (own.before.length < before.length || own.after.length < after.length)
    return [{ ...boots, failures: before.filter(showsBug).length }]
  const there = new Set([...own.before, ...own.after].flatMap((one) => one.lanes.map(({ lane }) => lane)))
  return [
    ...lanes.filter(({ name }) => there.has(name)).map(({ name }) => laneCounts(name, own.before, own.after)),
    { ...boots, failures: own.before.filter(({ failedIn }) => failedIn === 'boot').length },
  ]
}

/** The share of the prior on "the bug cannot show here". */
const NEVER = 0.5

/** ln of the chance of the unpatched kernel's failures, over the prior of its rate. */
const lnPredicted = ({ unit, failures: k, before }: Counts): number => {
  const some =
    unit === 'seconds'
      ? lnGamma(k + 0.5) - lnGamma(0.5) - (k + 0.5) * Math.log1p(before)
      : lnBeta(k + 0.5, before - k + 0.5) - lnBeta(0.5, 0.5)
  return Math.log((k === 0 ? NEVER : 0) + (1 - NEVER) * Math.exp(some))
}

/** ln of the chance of the results of both legs if they had the same rate, at the rate that makes it greatest. */
const lnSameRate = ({ unit, failures: k, before, after }: Counts): number => {
  if (k === 0) return 0
  const all = before + after
  if (unit === 'seconds') return k * Math.log(k / all) - k
  return k * Math.log(k / all) + (all > k ? (all - k) * Math.log1p(-k / all) : 0)
}

/** ln of the evidence that the patched kernel fails less often; README.md derives it. */
export const lnEvidence = (streams: readonly Counts[]): number =>
  sum(streams.map((stream) => lnPredicted(stream) - lnSameRate(stream)))

const rateLow = ({ unit, failures, before }: Counts, confidence: number): number =>
  unit === 'seconds' ? lowestRate(failures, before, confidence) : lowestChance(failures, before, confidence)

/** What the boots of both legs show together about the bug; null when a leg did not run. */
export const strengthOf = (before: readonly Boot[], after: readonly Boot[], confidence: number): Strength | null => {
  const ran = before.filter(hasBooted)
  const clean = after.filter(({ verdict }) => verdict === 'pass')
  if (ran.length === 0 || clean.length === 0) return null
  const streams = countsOf(ran, clean)
  const shown = ran.filter(showsBug).length
  const [low, high] = failureRateInterval(shown, ran.length)
  return {
    shown,
    boots: ran.length,
    rateLow: low,
    rateHigh: high,
    passed: clean.length,
    luck: shown === 0 ? 1 : Math.min(1, Math.exp(-lnEvidence(streams))),
    confidence,
    exposure: streams.map((one) => ({ ...one, rateLow: rateLow(one, confidence) })),
  }
}
