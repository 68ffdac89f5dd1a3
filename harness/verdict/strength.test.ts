// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { failureRateAtLeast, failureRateInterval, strengthOf } from './strength.ts'

// Exact values: for k = n the bound is 0.05 to the 1/n-th.
test.each([
  [0, 5, 0],
  [1, 1, 0.05],
  [3, 3, 0.05 ** (1 / 3)],
  [5, 5, 0.05 ** (1 / 5)],
  [1, 10, 1 - 0.95 ** (1 / 10)],
])('%i failures in %i boots show a rate of at least %f', (k, n, rate) => {
  expect(failureRateAtLeast(k, n)).toBeCloseTo(rate, 6)
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

test('one boot gives no rate; twenty clean boots after twenty failures are hardly luck', () => {
  expect(strengthOf(1, 1, 1)).toBeNull()
  const strength = strengthOf(20, 20, 20)!
  expect(strength).toMatchObject({ shown: 20, boots: 20, passed: 20, rateHigh: 1 })
  expect(strength.luck).toBeLessThan(1e-15)
})

test('against a bug that never showed, clean boots are worth nothing', () => {
  expect(strengthOf(0, 5, 5)).toMatchObject({ rateLow: 0, luck: 1 })
})
