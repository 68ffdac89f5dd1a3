// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { CellResult, Exposure, LegName } from '../model/results.ts'
import { often } from '../testing/often.ts'
import { aCell, aCrash } from '../testing/runs.ts'
import { MOST_BOOTS, nextBoot } from './next.ts'
import { judgePair } from './pair.ts'

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
const randomFrom = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** How often a kernel fails: at a boot, at a hit of lane race, in a second of lane pump. */
interface Rates {
  readonly boot: number
  readonly hit: number
  readonly second: number
}

const HITS = 400
const PUMP_S = 8
const exponential = (rate: number, random: () => number): number => -Math.log(1 - random()) / rate

const bootOf = (leg: LegName, rates: Rates, random: () => number): CellResult => {
  const ends = (exposure: Exposure): CellResult => {
    const fails = exposure.failedIn !== null
    const timings = { treeMs: 0, buildMs: 0, bootMs: 5000, lanesMs: fails ? 1000 : 40_000 }
    return fails ? aCrash({ leg, exposure, timings }) : aCell({ leg, exposure, timings })
  }
  if (random() < rates.boot) return ends({ lanes: [], failedIn: 'boot' })
  // The failing hit: geometric.
  const hit = Math.ceil(Math.log(1 - random()) / Math.log1p(-rates.hit)) || 1
  const race = { lane: 'race' as const, seconds: 10, hits: Math.min(hit, HITS) }
  if (rates.hit > 0 && hit <= HITS) return ends({ lanes: [race], failedIn: 'race' })
  const after = rates.second > 0 ? exponential(rates.second, random) : Number.POSITIVE_INFINITY
  // As a dying guest is counted: up to the next sample.
  const pump = { lane: 'pump' as const, seconds: after < PUMP_S ? Math.floor(after) + 1 : PUMP_S, hits: null }
  return ends({ lanes: [race, pump], failedIn: after < PUMP_S ? 'pump' : null })
}

/** A run with `--runs auto` of kernels with these rates: its verdict and its boots. */
const runAuto = (rates: Readonly<Record<LegName, Rates>>, random: () => number) => {
  const legs: Record<LegName, CellResult[]> = { before: [], after: [] }
  for (let leg: LegName | undefined = 'before'; leg; ) {
    legs[leg].push(bootOf(leg, rates[leg], random))
    leg = legs.after.length === 0 ? 'after' : nextBoot({ ...legs, confidence: 0.99 })
  }
  return { verdict: judgePair(legs.before, legs.after).verdict, ...legs }
}

const NONE: Rates = { boot: 0, hit: 0, second: 0 }

describe('boots as the proof needs them', () => {
  const random = randomFrom(12)
  const boots = Array.from({ length: 100 }, () => runAuto({ before: { ...NONE, hit: 0.7 }, after: NONE }, random))

  test('are few for a bug that shows at most hits', () => {
    expect(boots.every(({ verdict }) => verdict === 'fixed')).toBe(true)
    const mean = boots.reduce((sum, { before, after }) => sum + before.length + after.length, 0) / boots.length
    expect(mean).toBeLessThan(3)
    expect(boots.every(({ after }) => after.length === 1)).toBe(true)
  })

  test('stop at the first failure of the patched kernel', () => {
    const { before, after, verdict } = runAuto({ before: { ...NONE, hit: 1e-9 }, after: { ...NONE, hit: 0.9 } }, random)
    expect([before.length, after.length, verdict]).toEqual([1, 1, 'not-fixed'])
  })

  test('are at most ten of a kernel that never fails', () => {
    const { before, after, verdict } = runAuto({ before: NONE, after: NONE }, random)
    expect(before.length).toBeLessThanOrEqual(MOST_BOOTS)
    expect([after.length, verdict]).toEqual([1, 'not-demonstrated'])
  })

  test('are at most ten of each for a rare bug', () => {
    for (let run = 0; run < 20; run++) {
      const { before, after } = runAuto({ before: { ...NONE, second: 0.01 }, after: NONE }, random)
      expect(Math.max(before.length, after.length)).toBeLessThanOrEqual(MOST_BOOTS)
    }
  })

  test.each<[string, CellResult[], CellResult[]]>([
    ['the patched kernel fails', [aCrash()], [aCell({ verdict: 'fail' })]],
    ['the patched kernel was not exercised', [aCrash()], [aCell({ verdict: 'inconclusive' })]],
    ['the host failed', [aCrash({ verdict: 'error' })], [aCell()]],
    [
      'the unpatched kernel was not built',
      [aCrash({ exposure: null, evidence: { ...aCell().evidence, cpusOnline: 0 } })],
      [aCell()],
    ],
    ['there is one leg', [], [aCell()]],
  ])('end when %s', (_, before, after) => expect(nextBoot({ before, after, confidence: 0.99 })).toBeUndefined())

  test('are of the cheap leg where both help', () => {
    const cheap = { treeMs: 0, buildMs: 0, bootMs: 4000, lanesMs: 1000 }
    const late: Exposure = { lanes: [{ lane: 'race', seconds: 1, hits: 9 }], failedIn: 'race' }
    const before = [aCrash({ timings: cheap, exposure: late })]
    expect(nextBoot({ before, after: [aCell()], confidence: 0.99 })).toBe('before')
    const long = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((run) =>
      aCrash({ run, exposure: { ...late, lanes: [{ lane: 'race', seconds: 9, hits: 300 }] } }),
    )
    expect(nextBoot({ before: long, after: [aCell()], confidence: 0.99 })).toBe('after')
  })
})

// The same kernel on both legs: whatever `fixed` says of it is wrong.
test.each<[string, Rates]>([
  ['at most hits', { ...NONE, hit: 0.5 }],
  ['at one hit in 50', { ...NONE, hit: 0.02 }],
  ['at one hit in 400', { ...NONE, hit: 0.0025 }],
  ['at one hit in 2000', { ...NONE, hit: 0.0005 }],
  ['in half of the seconds', { ...NONE, second: 0.7 }],
  ['in one second of twenty', { ...NONE, second: 0.05 }],
  ['in a fifth of the boots', { ...NONE, boot: 0.2 }],
  ['in half of the boots', { ...NONE, boot: 0.5 }],
  ['everywhere a little', { boot: 0.1, hit: 0.001, second: 0.05 }],
])('a kernel that is not fixed, which fails %s, is called fixed in less than 1 %% of runs', (_, rates) => {
  const random = randomFrom(7)
  const runs = often(100, 1_000)
  const verdicts = Array.from({ length: runs }, () => runAuto({ before: rates, after: rates }, random).verdict)
  expect(verdicts.filter((one) => one === 'fixed').length / runs).toBeLessThan(0.01)
})

test('nor at random rates', () => {
  const random = randomFrom(99)
  const upTo = (power: number): number => (random() < 0.4 ? 0 : 10 ** (-power * random()))
  const runs = often(300, 3_000)
  const wrong = Array.from({ length: runs }, () => {
    const rates = { boot: upTo(2), hit: upTo(4), second: upTo(2.5) }
    return runAuto({ before: rates, after: rates }, random).verdict
  }).filter((verdict) => verdict === 'fixed')
  expect(wrong.length / runs).toBeLessThan(0.01)
})
