// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanRunsFor, cleanStreak, estimateRate, lnLikelihood } from './rate.ts'

const runs = fc.record({
  hits: fc.integer({ min: 0, max: 200 }),
  clean: fc.integer({ min: 0, max: 200 }),
  always: fc.constantFrom(0, 0.25, 0.9),
})

describe('cleanStreak', () => {
  test.each([
    // Three hits in three runs of a bug that is known to be flaky: B(4, 2) / B(4, 1).
    [{ hits: 3, clean: 0, always: 0 }, 1, 1 / 5],
    [{ hits: 3, clean: 0, always: 0 }, 2, 1 / 15],
    [{ hits: 0, clean: 0, always: 0 }, 1, 1 / 2],
    [{ hits: 3, clean: 0, always: 1 }, 1, 0],
  ])('%j, %i more: %d', (record, more, chance) => {
    expect(cleanStreak(record, more)).toBeCloseTo(chance, 10)
  })

  test('is a probability and decreases with every run', () => {
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 100 }), (record, more) => {
        const chance = cleanStreak(record, more)
        expect(chance).toBeGreaterThanOrEqual(0)
        expect(chance).toBeLessThanOrEqual(1)
        expect(cleanStreak(record, more + 1)).toBeLessThanOrEqual(chance)
      }),
    )
  })

  test('of two streaks in a row is that of one longer streak', () => {
    fc.assert(
      fc.property(runs, fc.nat(50), fc.nat(50), (record, a, b) => {
        const apart = cleanStreak(record, a) * cleanStreak({ ...record, clean: record.clean + a }, b)
        expect(cleanStreak(record, a + b)).toBeCloseTo(apart, 9)
      }),
    )
  })
})

describe('cleanRunsFor', () => {
  test('is the smallest number that is enough', () => {
    fc.assert(
      fc.property(runs, fc.constantFrom(0.1, 0.01, 0.001), (any, error) => {
        // Without a hit no number is enough.
        const record = { ...any, hits: any.hits + 1 }
        const needed = cleanRunsFor(record, error)
        expect(cleanStreak(record, needed)).toBeLessThanOrEqual(error)
        if (needed > 1) expect(cleanStreak(record, needed - 1)).toBeGreaterThan(error)
      }),
    )
  })

  test.each([
    [{ hits: 50, clean: 50, always: 0.25 }, 0.01, 7],
    [{ hits: 10, clean: 90, always: 0.25 }, 0.01, 50],
    [{ hits: 1, clean: 0, always: 1 }, 0.01, 1],
  ])('%j at error %d: %i', (record, error, needed) => {
    expect(cleanRunsFor(record, error)).toBe(needed)
  })
})

describe('estimateRate', () => {
  test.each([
    [{ hits: 10, clean: 10, always: 0.25 }, 0.5],
    [{ hits: 3, clean: 27, always: 0.25 }, 0.125],
  ])('%j: %d', (record, mean) => {
    const rate = estimateRate(record)
    expect(rate.mean).toBeCloseTo(mean, 6)
    expect(rate.low).toBeLessThan(mean)
    expect(rate.high).toBeGreaterThan(mean)
  })

  test('of a symptom in all runs is close to 1', () => {
    const { mean, high } = estimateRate({ hits: 10, clean: 0, always: 0.25 })
    expect(mean).toBeGreaterThan(0.97)
    expect(high).toBe(1)
  })
})

test('lnLikelihood does not underflow', () => {
  expect(lnLikelihood({ hits: 3_000, clean: 3_000, always: 0.25 })).toBeGreaterThan(Number.NEGATIVE_INFINITY)
})
