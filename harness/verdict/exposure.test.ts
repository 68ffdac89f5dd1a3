// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { NO_HOLDS } from '../guest/holds.ts'
import { lanes } from '../guest/lanes.ts'
import { readTestimony } from '../guest/records.ts'
import { observe as anObservation, RACE_HOLD } from '../testing/guest.ts'
import { readSplats } from '../testing/splats.ts'
import { exposureOf } from './exposure.ts'
import type { Observation } from './observation.ts'

const pages = { written: 1, verified: 1, wrong: 0, freed: 1 }
const race = (hits: number) => ({ windows: hits, hits, timeouts: 0, missed: 0, evictions: hits, evictFailed: 0 })
const HELLO = {
  ...{ t: 'hello', ms: 1000, protocol: 1, release: '6.1', cmdline: '', cpusOnline: 2, memTotalKiB: 1, zswap: null },
  ...{ holdModule: true, taint: 0 },
}
const start = (lane: string, ms: number, seconds = 10) => ({ t: 'laneStart', lane, seconds, windowUs: 15_000, ms })
const sample = (lane: string, elapsedMs: number, hits: number) => ({
  t: 'sample',
  lane,
  elapsedMs,
  zswap: null,
  pages,
  race: race(hits),
})
const end = (lane: string, ms: number, hits: number, status = 'ok') => ({
  ...{
    t: 'laneEnd',
    ms,
    lane,
    status,
    reason: null,
    elapsedMs: 11_000,
    pages,
    zswap: null,
    race: race(hits),
    classes: null,
  },
})

const oopsAt = (seconds: number) =>
  readSplats(`[    ${seconds.toFixed(6)}][   T27] Oops: 0000 [#1] SMP KASAN
[    ${seconds.toFixed(6)}][   T27] RIP: 0010:zs_map_object+0x80/0xc0
[    ${seconds.toFixed(6)}][   T27] Call Trace:
[    ${seconds.toFixed(6)}][   T27]  zswap_writeback_entry+0x150/0xb40
[    ${seconds.toFixed(6)}][   T27] ---[ end trace 0000000000000000 ]---
`)
const signature = [{ families: ['oops'], stack: ['zs_map_object'] }]

const observe = (records: readonly object[], part: Partial<Observation> = {}): Observation =>
  anObservation(
    {},
    {
      holds: RACE_HOLD,
      testimony: readTestimony([HELLO, ...records].map((record, seq) => JSON.stringify({ seq, ms: 0, ...record }))),
      signature,
      ...part,
    },
  )
const wanted = lanes.filter(({ name }) => ['race', 'pump', 'zram'].includes(name))
const of = (records: readonly object[], part: Partial<Observation> = {}) => exposureOf(observe(records, part), wanted)
const died = (hits: number) => ({
  splats: oopsAt(2.5),
  lastConsoleLines: [
    '[    2.60][   T27] Kernel panic - not syncing: Fatal exception',
    `[    2.61][   T27] zsharness_hold: ${hits} hits in 9 windows`,
  ],
})

test('a clean boot has the hits of its windows and the planned seconds of its lanes', () => {
  const records = [start('race', 2000), end('race', 13_000, 97), start('pump', 13_000, 8), end('pump', 22_000, 0)]
  expect(of(records)).toEqual({
    lanes: [
      { lane: 'race', seconds: 10, hits: 97 },
      { lane: 'pump', seconds: 8, hits: null },
    ],
    failedIn: null,
  })
})

describe('a crash', () => {
  test('before the first sample has the hits that the dying kernel printed', () => {
    expect(of([start('race', 2000)], died(1))).toEqual({
      lanes: [{ lane: 'race', seconds: 1, hits: 1 }],
      failedIn: 'race',
    })
  })
  test('has more hits than its last sample', () => {
    const { lanes: own } = of([start('race', 2000), sample('race', 1010, 40)], died(43))
    expect(own).toEqual([{ lane: 'race', seconds: 2.01, hits: 43 }])
  })
  test('after an earlier lane has the hits of its own lane', () => {
    const records = [start('pump', 1000), end('pump', 1900, 5), start('race', 2000)]
    expect(of(records, died(8)).lanes.find(({ lane }) => lane === 'race')).toMatchObject({ hits: 3 })
  })
  test.each([
    ['without a last count', { splats: oopsAt(2.5) }],
    ['with a last count below its last sample', died(3)],
    [
      'whose last count is a part of another line',
      { ...died(1), lastConsoleLines: ['x zsharness_hold: 50 hits in 60 windows, says a program'] },
    ],
  ])('%s has unknown hits', (_, part) => {
    expect(of([start('race', 2000), sample('race', 1010, 40)], part).lanes[0]?.hits).toBeNull()
  })
  test('before the lanes is one of the boot', () => {
    expect(of([], died(0))).toEqual({ lanes: [], failedIn: 'boot' })
  })
  test('without the signature is no failure of the exposure', () => {
    expect(of([start('race', 2000)], { ...died(1), signature: [] }).failedIn).toBeNull()
  })
})

test.each([
  ['in the lane of that time', 2.5, 'race'],
  ['in the next lane', 14, 'pump'],
  ['before the lanes', 1.2, 'boot'],
])('a report that the guest survived counts %s', (_, seconds, lane) => {
  const records = [start('race', 2000), end('race', 13_000, 97), start('pump', 13_000, 8), end('pump', 22_000, 0)]
  expect(of(records, { splats: oopsAt(seconds) }).failedIn).toBe(lane)
})

test('a report of an earlier lane is not one of the lane in which the guest ended', () => {
  const records = [start('race', 2000), end('race', 13_000, 97), start('pump', 13_000, 8)]
  expect(of(records, { splats: oopsAt(5) }).failedIn).toBe('race')
  expect(of(records, { splats: oopsAt(12.8) }).failedIn).toBe('pump')
})

test('what cannot meet the bug, was skipped or opened no windows has no exposure or no hits', () => {
  expect(of([start('zram', 2000), end('zram', 9000, 0)]).lanes).toEqual([])
  expect(of([start('race', 2000), end('race', 2000, 0, 'skipped')]).lanes).toEqual([])
  expect(of([start('race', 2000), end('race', 13_000, 97)], { holds: NO_HOLDS }).lanes).toEqual([
    { lane: 'race', seconds: 10, hits: null },
  ])
})
