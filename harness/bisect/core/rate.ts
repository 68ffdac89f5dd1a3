// SPDX-License-Identifier: MIT

const factorials: number[] = [0]

/** ln n! */
const lnFactorial = (n: number): number => {
  for (let i = factorials.length; i <= n; i++) factorials.push(factorials[i - 1]! + Math.log(i))
  return factorials[n]!
}

/** ln of the Beta function for whole arguments. */
const lnBeta = (a: number, b: number): number => lnFactorial(a - 1) + lnFactorial(b - 1) - lnFactorial(a + b - 1)

/**
 * Runs of bad kernels so far, and the probability, before any, that a bad kernel shows the symptom every time:
 * most regressions do, so that rate has a share of its own beside all others alike.
 */
export interface BadRuns {
  readonly hits: number
  readonly clean: number
  readonly always: number
}

/** The share of regressions that show themselves every time, when nothing is known of this one. */
export const SOMETIMES = 0.25

/** ln of the probability that these runs came in this order, whatever the hit rate is. */
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

/** How many clean runs in a row bring that chance to `error` or below. */
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

export interface Rate {
  readonly mean: number
  /** 95 % of the probability lies between. */
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

/** The hit rate that these runs speak for. */
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
