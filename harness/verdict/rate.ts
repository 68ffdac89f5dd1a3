// SPDX-License-Identifier: MIT

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** ln Γ(x) for x of at least one half, by the approximation of Lanczos. */
export const lnGamma = (x: number): number => {
  const t = x + 6.5
  const series = LANCZOS.slice(1).reduce((sum, coefficient, index) => sum + coefficient / (x + index), LANCZOS[0]!)
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(series)
}

/** ln of the Beta function. */
export const lnBeta = (a: number, b: number): number => lnGamma(a) + lnGamma(b) - lnGamma(a + b)

const lnChoose = (n: number, k: number): number => lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1)

const below = (k: number, chanceOf: (i: number) => number): number => {
  let sum = 0
  for (let i = 0; i < k; i++) sum += chanceOf(i)
  return sum
}

/** The chance of `k` or more failures in `n` tries that each fail with chance `p`. */
const atLeast = (k: number, n: number, p: number): number =>
  1 - below(k, (i) => Math.exp(lnChoose(n, i) + i * Math.log(p) + (n - i) * Math.log1p(-p)))

/** The chance of `k` or more events where `mean` are expected, by the Poisson distribution. */
const eventsAtLeast = (k: number, mean: number): number =>
  1 - below(k, (i) => Math.exp(i * Math.log(mean) - mean - lnGamma(i + 1)))

/** The value from 0 to `high` at which a growing function has this value. */
const solve = (chance: number, high: number, grows: (value: number) => number): number => {
  let [from, to] = [0, high]
  for (let step = 0; step < 60; step++) {
    const middle = (from + to) / 2
    if (grows(middle) < chance) from = middle
    else to = middle
  }
  return from
}

const rateWhere = (k: number, n: number, chance: number): number => solve(chance, 1, (p) => atLeast(k, n, p))

/**
 * The lowest chance of failure that `k` failures in `n` tries leave possible at this confidence: the one-sided bound of
 * Clopper and Pearson. It is the same whether `n` was fixed or the tries ended with the k-th failure.
 */
export const lowestChance = (k: number, n: number, confidence: number): number =>
  k === 0 ? 0 : rateWhere(k, n, 1 - confidence)

/** The lowest rate that `k` failures in this time leave possible at this confidence: the exact one-sided Poisson bound. */
export const lowestRate = (k: number, seconds: number, confidence: number): number =>
  k === 0 ? 0 : solve(1 - confidence, k, (mean) => eventsAtLeast(k, mean)) / seconds

/** The Clopper–Pearson interval of 95 % of the rate behind `k` failures in `n` boots. */
export const failureRateInterval = (k: number, n: number): readonly [number, number] => [
  k === 0 ? 0 : rateWhere(k, n, 0.025),
  k === n ? 1 : rateWhere(k + 1, n, 0.975),
]
