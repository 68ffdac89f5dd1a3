// SPDX-License-Identifier: MIT

const factorials: number[] = [0]

/** ln n!, with a table of the values so far. */
const lnFactorial = (n: number): number => {
  for (let i = factorials.length; i <= n; i++) factorials.push(factorials[i - 1]! + Math.log(i))
  return factorials[n]!
}

/** ln of the Beta function for whole arguments. */
const lnBeta = (a: number, b: number): number => lnFactorial(a - 1) + lnFactorial(b - 1) - lnFactorial(a + b - 1)

/**
 * Runs of bad kernels so far, and the prior probability that a bad kernel shows the symptom in every run. That rate
 * has a prior of its own because it is the most common one; all other rates have equal priors.
 */
export interface BadRuns {
  readonly hits: number
  readonly clean: number
  readonly always: number
}

/** The prior probability that a regression shows in every run, when nothing is known about it. */
export const PRIOR_ALWAYS = 0.25

/** ln of the probability of these runs in this order, integrated over the hit rate. */
export const lnLikelihood = ({ hits, clean, always }: BadRuns): number => {
  const flaky = Math.log(1 - always) + lnBeta(1 + hits, 1 + clean)
  if (clean > 0 || always === 0) return flaky
  const top = Math.max(flaky, Math.log(always))
  return top + Math.log(Math.exp(flaky - top) + Math.exp(Math.log(always) - top))
}

/** The chance that `more` runs of a bad kernel are all clean. */
export const cleanStreak = (record: BadRuns, more: number): number => {
  if (more === 0) return 1
  const before = lnLikelihood(record)
  return before === Number.NEGATIVE_INFINITY
    ? 0
    : Math.exp(lnLikelihood({ ...record, clean: record.clean + more }) - before)
}

const MAX_STREAK = 10_000

/** The number of clean runs in a row that brings that chance to `error` or below. */
export const cleanRunsFor = (record: BadRuns, error: number): number => {
  let low = 0
  let high = 1
  while (high < MAX_STREAK && cleanStreak(record, high) > error) {
    low = high
    high *= 2
  }
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (cleanStreak(record, middle) > error) low = middle
    else high = middle
  }
  return high
}

/** An estimated hit rate. */
export interface Rate {
  readonly mean: number
  /** The 95 % interval. */
  readonly low: number
  readonly high: number
}

const STEPS = 400

const quantiles = (cells: readonly { rate: number; mass: number }[], flaky: number): { low: number; high: number } => {
  const total = cells.reduce((sum, { mass }) => sum + mass, 0)
  let [low, high, sum] = [1, 1, 0]
  for (const { rate, mass } of cells) {
    const before = sum
    sum += (mass / total) * flaky
    if (before < 0.025 && sum >= 0.025) low = rate
    if (before < 0.975 && sum >= 0.975) high = rate
  }
  return { low, high }
}

/** The hit rate that these runs suggest. */
export const estimateRate = (record: BadRuns): Rate => {
  const { hits, clean, always } = record
  const certain = clean === 0 && always > 0 ? Math.exp(Math.log(always) - lnLikelihood(record)) : 0
  const cells = Array.from({ length: STEPS }, (_, i) => {
    const rate = (i + 0.5) / STEPS
    return { rate, mass: Math.exp(hits * Math.log(rate) + clean * Math.log(1 - rate) - lnBeta(1 + hits, 1 + clean)) }
  })
  const flaky = (1 + hits) / (2 + hits + clean)
  return { mean: certain + (1 - certain) * flaky, ...quantiles(cells, 1 - certain) }
}
