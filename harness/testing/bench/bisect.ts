// SPDX-License-Identifier: MIT
import type { SearchSettings } from '../../bisect/core/decide.ts'
import { type SimulatedHistory, simulateHistory } from './bisect/history.ts'
import { fixedRepeats, type GitSolved, solveLikeGit } from './bisect/plain.ts'
import { randomFrom } from './bisect/random.ts'
import { type Solved, solve } from './bisect/solve.ts'
import type { Measure } from './splat.bench.ts'

interface Means {
  /** Share of wrong answers. */
  readonly wrong: number
  readonly runs: number
  readonly kernels: number
}

interface OurMeans extends Means {
  readonly endRuns: number
  /** Answers with several commits, because untestable ones lie between. */
  readonly sets: number
  /** The mean number of commits in such an answer. */
  readonly meanSet: number
}

interface Row {
  readonly histories: number
  readonly ours: OurMeans
  /** `git bisect run` with a script that knows the hit rate, repeats its test as needed for it, and trusts both ends. */
  readonly gitKnowsRate: Means
  /** The same with one number of repeats for all rates: the smallest one without more wrong answers than ours. */
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

/** The default settings of `bisect`, with a higher limit of runs. */
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

const randomHistory = (rate: number, random: () => number): SimulatedHistory =>
  simulateHistory(
    { commits: 8 + Math.floor(random() * 120), rate, skips: random() * 0.2, merges: random() < 0.5 ? 0 : 0.15 },
    random,
  )

const steps = ({ graph }: SimulatedHistory): number => Math.ceil(Math.log2(graph.commits.length))

// The seed of a history does not depend on the repeats, so that the error decreases with them.
const likeGit = (
  histories: readonly SimulatedHistory[],
  repeatsOf: (history: SimulatedHistory) => number,
  seed: number,
): GitSolved[] => histories.map((history, index) => solveLikeGit(history, repeatsOf(history), randomFrom(seed + index)))

const leastRepeats = (histories: readonly SimulatedHistory[], error: number, seed: number): number => {
  for (let repeats = 1; ; repeats = Math.ceil(repeats * 1.1))
    if (means(likeGit(histories, () => repeats, seed)).wrong <= error) return repeats
}

/** Our search and git's over the same random histories, a tenth of them at each hit rate from 0.1 to 1. */
export const compareBisect = (count = 1_000, settings: SearchSettings = SETTINGS, seed = 1): BisectBench => {
  const started = performance.now()
  const random = randomFrom(seed)
  const each = Math.ceil(count / RATES.length)
  const histories = RATES.flatMap((rate) => Array.from({ length: each }, () => randomHistory(rate, random)))
  const ours = histories.map((history) => solve(history, settings, random))
  const error = 1 - settings.confidence
  const knowsRate = likeGit(histories, (history) => fixedRepeats(history.rate, error, steps(history)), seed)
  const repeats = leastRepeats(histories, Math.max(means(ours).wrong, error / 2), seed)
  const fixed = likeGit(histories, () => repeats, seed)
  const row = (keep: (rate: number) => boolean): Row => {
    const mine = <T>(all: readonly T[]): readonly T[] => all.filter((_, index) => keep(histories[index]!.rate))
    return {
      histories: mine(ours).length,
      ours: ourMeans(mine(ours)),
      gitKnowsRate: means(mine(knowsRate)),
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
const number = (value: number): string => value.toFixed(1).padStart(7)

const line = (name: string, { ours, gitKnowsRate, gitFixed }: Row): string =>
  [
    name.padEnd(5),
    `${percent(ours.wrong)}${number(ours.runs)}${number(ours.endRuns)}${number(ours.kernels)}`,
    `${percent(gitKnowsRate.wrong)}${number(gitKnowsRate.runs)}${number(gitKnowsRate.kernels)}`,
    `${percent(gitFixed.wrong)}${number(gitFixed.runs)}${number(gitFixed.kernels)}`,
  ].join(' |')

/** The bench as a plain-text table. */
export const bisectTable = (bench: BisectBench): string =>
  [
    `${bench.total.histories} histories of 8 to 127 commits, confidence ${bench.confidence}, ${bench.seconds.toFixed(0)} s`,
    'rate  | ours: wrong, runs (of them for the ends), kernels | git with known rate: wrong, runs, kernels | ' +
      `git with ${bench.fixedRepeats} repeats: the same`,
    ...bench.rates.map(({ rate, ...row }) => line(`${rate}`, row)),
    line('all', bench.total),
  ].join('\n')

/** The measurements of a thousand histories; of a hundred when not `full`. */
export const benchBisect = (full: boolean): readonly Measure[] => {
  const { total, seconds } = compareBisect(full ? 1_000 : 100)
  const { ours, gitKnowsRate, gitFixed, histories } = total
  const name = (what: string): string => `bisect: ${what}`
  return [
    { name: name('simulated histories'), value: histories, unit: '' },
    { name: name('wrong answers'), value: 100 * ours.wrong, unit: '%' },
    { name: name('mean runs'), value: ours.runs, unit: 'runs' },
    { name: name('of them to prove the ends'), value: ours.endRuns, unit: 'runs' },
    { name: name('mean kernels'), value: ours.kernels, unit: 'builds' },
    { name: name('git, fixed repeats: wrong answers'), value: 100 * gitFixed.wrong, unit: '%' },
    { name: name('git, fixed repeats: mean runs'), value: gitFixed.runs, unit: 'runs' },
    { name: name('git with known hit rate: mean runs'), value: gitKnowsRate.runs, unit: 'runs' },
    { name: name('time'), value: seconds, unit: 's' },
  ]
}
