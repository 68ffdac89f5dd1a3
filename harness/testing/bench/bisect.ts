// SPDX-License-Identifier: MIT
import type { SearchSettings } from '../../bisect/core/decide.ts'
import { makeRiddle, type Riddle } from './bisect/history.ts'
import { fixedRepeats, solvePlainly } from './bisect/plain.ts'
import { randomFrom } from './bisect/random.ts'
import { type Solved, solve } from './bisect/solve.ts'

interface Means {
  /** Share of wrong answers. */
  readonly wrong: number
  readonly runs: number
  readonly kernels: number
}

interface OurMeans extends Means {
  readonly endRuns: number
  /** Answers that name several commits, as untestable ones lie between, and how many they name. */
  readonly sets: number
  readonly meanSet: number
}

interface Row {
  readonly histories: number
  readonly ours: OurMeans
  /** `git bisect run` whose script repeats as this very hit rate needs; it is told the rate and trusts both ends. */
  readonly gitToldRate: Means
  /** The same with one number of repeats for all rates, the least that errs no more than ours. */
  readonly gitFixed: Means
}

export interface BisectBench {
  readonly confidence: number
  readonly fixedRepeats: number
  readonly rates: readonly (Row & { readonly rate: number })[]
  readonly total: Row
  readonly seconds: number
}

export const RATES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] as const

/** The settings that `bisect` has when nothing is asked for, without a limit on runs. */
export const SETTINGS: SearchSettings = {
  confidence: 0.99,
  proofHits: 3,
  maxEndRuns: 500,
  maxRuns: 5_000,
  costs: { build: 2 },
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length)

const means = (solved: readonly { wrong: boolean; runs: number; kernels: number }[]): Means => ({
  wrong: mean(solved.map(({ wrong }) => (wrong ? 1 : 0))),
  runs: mean(solved.map(({ runs }) => runs)),
  kernels: mean(solved.map(({ kernels }) => kernels)),
})

const ourMeans = (solved: readonly Solved[]): OurMeans => {
  const sizes = solved.flatMap(({ end }) => (end.kind === 'set' ? [end.commits.length] : []))
  return {
    ...means(solved),
    endRuns: mean(solved.map(({ endRuns }) => endRuns)),
    sets: sizes.length,
    meanSet: mean(sizes),
  }
}

const riddleOf = (rate: number, random: () => number): Riddle =>
  makeRiddle(
    { commits: 8 + Math.floor(random() * 120), rate, skips: random() * 0.2, merges: random() < 0.5 ? 0 : 0.15 },
    random,
  )

const steps = ({ graph }: Riddle): number => Math.ceil(Math.log2(graph.commits.length))

interface Plain {
  readonly runs: number
  readonly kernels: number
  readonly wrong: boolean
}

// Each riddle draws the same luck whatever the repeats, so that the error falls with them.
const plainly = (riddles: readonly Riddle[], repeatsOf: (riddle: Riddle) => number, seed: number): Plain[] =>
  riddles.map((riddle, index) => solvePlainly(riddle, repeatsOf(riddle), randomFrom(seed + index)))

const leastRepeats = (riddles: readonly Riddle[], error: number, seed: number): number => {
  for (let repeats = 1; ; repeats = Math.ceil(repeats * 1.1))
    if (means(plainly(riddles, () => repeats, seed)).wrong <= error) return repeats
}

/** Our search and git's over the same random histories, a tenth of them at each hit rate from 0.1 to 1. */
export const compareBisect = (histories = 1_000, settings: SearchSettings = SETTINGS, seed = 1): BisectBench => {
  const started = performance.now()
  const random = randomFrom(seed)
  const each = Math.ceil(histories / RATES.length)
  const riddles = RATES.flatMap((rate) => Array.from({ length: each }, () => riddleOf(rate, random)))
  const ours = riddles.map((riddle) => solve(riddle, settings, random))
  const error = 1 - settings.confidence
  const told = plainly(riddles, (riddle) => fixedRepeats(riddle.rate, error, steps(riddle)), seed)
  const repeats = leastRepeats(riddles, Math.max(means(ours).wrong, error / 2), seed)
  const fixed = plainly(riddles, () => repeats, seed)
  const row = (keep: (rate: number) => boolean): Row => {
    const mine = <T>(all: readonly T[]): readonly T[] => all.filter((_, index) => keep(riddles[index]!.rate))
    return {
      histories: mine(ours).length,
      ours: ourMeans(mine(ours)),
      gitToldRate: means(mine(told)),
      gitFixed: means(mine(fixed)),
    }
  }
  return {
    confidence: settings.confidence,
    fixedRepeats: repeats,
    rates: RATES.map((rate) => ({ rate, ...row((one) => one === rate) })),
    total: row(() => true),
    seconds: (performance.now() - started) / 1000,
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(7)
const count = (value: number): string => value.toFixed(1).padStart(7)

const line = (name: string, { ours, gitToldRate, gitFixed }: Row): string =>
  [
    name.padEnd(5),
    `${percent(ours.wrong)}${count(ours.runs)}${count(ours.endRuns)}${count(ours.kernels)}`,
    `${percent(gitToldRate.wrong)}${count(gitToldRate.runs)}${count(gitToldRate.kernels)}`,
    `${percent(gitFixed.wrong)}${count(gitFixed.runs)}${count(gitFixed.kernels)}`,
  ].join(' |')

/** The bench as a table of plain text. */
export const bisectTable = (bench: BisectBench): string =>
  [
    `${bench.total.histories} histories of 8 to 127 commits, confidence ${bench.confidence}, ${bench.seconds.toFixed(0)} s`,
    'rate  | ours: wrong, runs (of them for the ends), kernels | git told the rate: wrong, runs, kernels | ' +
      `git with ${bench.fixedRepeats} repeats: the same`,
    ...bench.rates.map(({ rate, ...row }) => line(`${rate}`, row)),
    line('all', bench.total),
  ].join('\n')

/** One number of the table of measurements. */
interface Measure {
  readonly name: string
  readonly value: number
  readonly unit: string
}

/** The thousand histories in figures; a tenth of them when not `full`. */
export const benchBisect = (full: boolean): readonly Measure[] => {
  const { total, seconds } = compareBisect(full ? 1_000 : 100)
  const { ours, gitToldRate, gitFixed, histories } = total
  const name = (what: string): string => `bisect: ${what}`
  return [
    { name: name('simulated histories'), value: histories, unit: '' },
    { name: name('wrong answers'), value: 100 * ours.wrong, unit: '%' },
    { name: name('mean runs'), value: ours.runs, unit: 'runs' },
    { name: name('of them to prove the ends'), value: ours.endRuns, unit: 'runs' },
    { name: name('mean kernels'), value: ours.kernels, unit: 'builds' },
    { name: name('git, fixed repeats: wrong answers'), value: 100 * gitFixed.wrong, unit: '%' },
    { name: name('git, fixed repeats: mean runs'), value: gitFixed.runs, unit: 'runs' },
    { name: name('git told the hit rate: mean runs'), value: gitToldRate.runs, unit: 'runs' },
    { name: name('time'), value: seconds, unit: 's' },
  ]
}
