// SPDX-License-Identifier: MIT
import type { PairResult } from '../model/results.ts'

const logChoose = (n: number, k: number): number => {
  let sum = 0
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i)
  return sum
}

/** The chance of `k` or more failures in `n` boots that each fail with chance `p`. */
const atLeast = (k: number, n: number, p: number): number => {
  let sum = 0
  for (let i = k; i <= n; i++) sum += Math.exp(logChoose(n, i) + i * Math.log(p) + (n - i) * Math.log1p(-p))
  return sum
}

// The rate at which `k` or more failures in `n` boots have this chance, which grows with the rate.
const rateWhere = (k: number, n: number, chance: number): number => {
  let [low, high] = [0, 1]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (atLeast(k, n, middle) < chance) low = middle
    else high = middle
  }
  return low
}

/** The failure rate that `k` failures in `n` boots show at 95 % confidence: the lower Clopper–Pearson bound. */
export const failureRateAtLeast = (k: number, n: number): number => (k === 0 ? 0 : rateWhere(k, n, 0.05))

/** The Clopper–Pearson interval of 95 % of the rate behind `k` failures in `n` boots. */
export const failureRateInterval = (k: number, n: number): readonly [number, number] => [
  k === 0 ? 0 : rateWhere(k, n, 0.025),
  k === n ? 1 : rateWhere(k + 1, n, 0.975),
]

/**
 * How likely `passed` clean boots of the patched kernel are luck, when `shown` of `boots` unpatched ones failed with
 * the bug's signature. Null for a single boot, which gives no rate.
 */
export const strengthOf = (shown: number, boots: number, passed: number): PairResult['strength'] => {
  if (boots < 2) return null
  const [rateLow, rateHigh] = failureRateInterval(shown, boots)
  return { shown, boots, rateLow, rateHigh, passed, luck: (1 - failureRateAtLeast(shown, boots)) ** passed }
}
