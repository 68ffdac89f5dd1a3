// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { CellResult, Exposure } from '../model/results.ts'
import { aCell, aCrash } from '../testing/runs.ts'
import { strengthOf } from './strength.ts'

type LaneExposure = Exposure['lanes'][number]

const race = (hits: number | null, seconds = 10): LaneExposure => ({ lane: 'race', seconds, hits })
const pump = (seconds: number): LaneExposure => ({ lane: 'pump', seconds, hits: null })
const crash = (...lanes: LaneExposure[]): CellResult =>
  aCrash({ exposure: { lanes, failedIn: lanes.at(-1)?.lane ?? 'boot' } })
const clean = (...lanes: LaneExposure[]): CellResult => aCell({ exposure: { lanes, failedIn: null } })
const old = { exposure: null }
const times = (n: number, cell: CellResult): CellResult[] => Array.from({ length: n }, () => cell)
const luckOf = (before: CellResult[], after: CellResult[]): number => strengthOf(before, after, 0.99)!.luck

describe('one crash at the first hit', () => {
  const one = [crash(race(1, 1))]
  test('and 658 clean hits are proof', () => expect(luckOf(one, [clean(race(658), pump(8))])).toBeLessThan(0.01))
  test('and 97 clean hits are not, but with a second crash they are', () => {
    expect(luckOf(one, [clean(race(97))])).toBeGreaterThan(0.01)
    expect(luckOf(times(2, one[0]!), [clean(race(97))])).toBeLessThan(0.01)
  })
  test('is worth more than one at the thirtieth', () => {
    expect(luckOf([crash(race(30, 1))], [clean(race(658))])).toBeGreaterThan(0.01)
  })
})

test('the chance of one crash at the first hit and n clean ones, at any rate, is below the luck that is reported', () => {
  for (const n of [10, 100, 1000]) {
    const greatest = Math.max(...Array.from({ length: 2000 }, (_, i) => ((i + 1) / 2000) * (1 - (i + 1) / 2000) ** n))
    expect(luckOf([crash(race(1, 1))], [clean(race(n))])).toBeGreaterThan(greatest)
  }
})

test('rate, exposure and luck are given for each lane', () => {
  const strength = strengthOf(times(3, crash(race(1, 1))), [clean(race(600), pump(8))], 0.99)!
  expect(strength).toMatchObject({ shown: 3, boots: 3, passed: 1, confidence: 0.99, rateHigh: 1 })
  expect(strength.exposure).toEqual([
    { lane: 'race', unit: 'hits', failures: 3, before: 3, after: 600, rateLow: expect.closeTo(0.01 ** (1 / 3), 6) },
    { lane: 'pump', unit: 'seconds', failures: 0, before: 0, after: 8, rateLow: 0 },
    { lane: null, unit: 'boots', failures: 0, before: 3, after: 1, rateLow: 0 },
  ])
})

test('seconds of a lane that the bug did not show in are worth nothing', () => {
  const crashes = times(2, crash(race(null, 1)))
  const short = luckOf(crashes, [clean(race(null))])
  expect(luckOf(crashes, [clean(race(null), pump(80_000))])).toBeCloseTo(short, 12)
  expect(luckOf(crashes, [clean(race(null, 1000))])).toBeLessThan(short)
})

test.each<[string, CellResult[]]>([
  ['without a last count', [crash(race(1, 1)), crash(race(null, 1))]],
  ['that died before the first hit', [crash(race(1, 1)), crash(race(0, 1))]],
])('a boot %s makes the lane count in seconds', (_, before) => {
  expect(strengthOf(before, [clean(race(600))], 0.99)!.exposure[0]).toMatchObject({
    unit: 'seconds',
    failures: 2,
    before: 2,
    after: 10,
  })
})

test('a crash before the first lane counts boots', () => {
  const luck = (n: number) => luckOf(times(n, crash()), times(n, clean(race(600))))
  expect(luck(2)).toBeGreaterThan(0.01)
  expect(luck(6)).toBeLessThan(0.01)
})

describe('results of an older zsharness', () => {
  test('count boots: one of each is no proof, many are', () => {
    expect(luckOf([aCrash(old)], [aCell(old)])).toBeGreaterThan(0.4)
    expect(luckOf(times(20, aCrash(old)), times(20, aCell(old)))).toBeLessThan(1e-8)
  })
  test('against a bug that never showed, clean boots are worth nothing', () => {
    const before = times(5, aCell({ ...old, leg: 'before' }))
    expect(strengthOf(before, times(5, aCell(old)), 0.99)).toMatchObject({ rateLow: 0, luck: 1 })
  })
})

test('a leg that did not run gives nothing', () => {
  expect(strengthOf([], [aCell()], 0.99)).toBeNull()
  expect(strengthOf([aCrash()], [aCell({ verdict: 'inconclusive' })], 0.99)).toBeNull()
  const unbuilt = aCell({ leg: 'before', verdict: 'error', exposure: null })
  expect(strengthOf([unbuilt], [aCell()], 0.99)).toBeNull()
})
