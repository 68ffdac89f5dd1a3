// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { failureRateInterval, lnGamma, lowestChance, lowestRate } from './rate.ts'

test.each([
  [0.5, 0.5 * Math.log(Math.PI)],
  [1, 0],
  [5, Math.log(24)],
  [10.5, 13.940625219403763],
  [101, 363.73937555556347],
])('ln Γ(%f) is %f', (x, value) => expect(lnGamma(x)).toBeCloseTo(value, 9))

// Exact values: for k = n the bound is the chance to the 1/n-th, for k = 1 that of one failure in n tries.
test.each([
  [0, 5, 0.95, 0],
  [1, 1, 0.95, 0.05],
  [1, 1, 0.995, 0.005],
  [2, 2, 0.995, Math.sqrt(0.005)],
  [5, 5, 0.95, 0.05 ** (1 / 5)],
  [1, 10, 0.95, 1 - 0.95 ** (1 / 10)],
  [1, 6000, 0.99, 1 - 0.99 ** (1 / 6000)],
])('%i failures in %i tries, at a confidence of %f: at least %f', (k, n, confidence, rate) => {
  expect(lowestChance(k, n, confidence)).toBeCloseTo(rate, 8)
})

// R: poisson.test(3, 2, alternative = "greater", conf.level = 0.99)$conf.int: 0.436045 events, in 2 seconds
test.each([
  [0, 9, 0.99, 0],
  [1, 1, 0.99, -Math.log(0.99)],
  [3, 2, 0.99, 0.4360452 / 2],
])('%i failures in %f s, at a confidence of %f: at least %f a second', (k, seconds, confidence, rate) => {
  expect(lowestRate(k, seconds, confidence)).toBeCloseTo(rate, 6)
})

test.each([
  [0, 10, 0, 1 - 0.025 ** (1 / 10)],
  [10, 10, 0.025 ** (1 / 10), 1],
  // R: binom.test(4, 10)$conf.int
  [4, 10, 0.1215523, 0.7376219],
])('%i failures in %i boots: a rate of %f to %f', (k, n, low, high) => {
  const [from, to] = failureRateInterval(k, n)
  expect(from).toBeCloseTo(low, 5)
  expect(to).toBeCloseTo(high, 5)
})
