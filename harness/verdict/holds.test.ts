// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { type HoldPlan, NO_HOLDS } from '../guest/holds.ts'
import { lanes } from '../guest/lanes.ts'
import { readTestimony } from '../guest/records.ts'
import type { Sweep } from '../inputs/hold/model.ts'
import { parseHold } from '../inputs/hold/parse.ts'
import type { Finding } from '../model/results.ts'
import { type GuestShape, guest, observe, RACE_HOLD } from '../testing/guest.ts'
import { readSplats } from '../testing/splats.ts'
import { armedAtPanic } from './atpanic.ts'
import { judge } from './cell.ts'
import { evidenceOf } from './evidence.ts'
import { exposureOf } from './exposure.ts'
import { foundIn } from './found.ts'
import type { KnownFinding } from './known.ts'
import { findingOf, type Observation } from './observation.ts'

const pump = lanes.filter(({ name }) => name === 'pump')
const given: HoldPlan = { ...RACE_HOLD, own: false, armed: [{ ...RACE_HOLD.armed[0]!, lanes: [] }] }
const probes = ['zswap_writeback_entry', 'zs_free:return'].map((name) => ({ ...RACE_HOLD.probes[0]!, key: '-', name }))
const search: HoldPlan = { ...RACE_HOLD, probes, own: false, armed: [], trialMs: 300 }

type Row = readonly [reached: number, held: number, met: number, timedOut: number, overridden: number]

/** A clean boot of lane pump whose first point counted this; its second one was reached. */
const boot = (holds: HoldPlan, [...row]: Row, shape: GuestShape = {}, second = 4) => {
  const lines = guest({ hello: { holdModule: true }, ...shape }).map((line) => {
    const record = JSON.parse(line) as { t: string }
    return record.t === 'laneEnd'
      ? JSON.stringify({
          ...record,
          points: [
            [...row, 0, 0],
            [second, 0, 0, 0, 0, 0, 0],
          ],
        })
      : line
  })
  return observe({}, { holds, testimony: readTestimony(lines) })
}
const verdict = (...args: Parameters<typeof boot>) => {
  const { verdict: is, reason } = judge(boot(...args), pump, [], 'zpool-on', [])
  return [is, reason]
}

describe('a clean boot passes only when its hold points did their work', () => {
  test('a point that held somebody', () => expect(verdict(given, [9, 5, 0, 5, 0])[0]).toBe('pass'))
  test.each<[string, HoldPlan, Row, GuestShape, string]>([
    ['never reached', given, [0, 0, 0, 0, 0], {}, 'was never reached'],
    ['reached by the wrong ones', given, [9, 0, 0, 0, 0], {}, 'held nobody'],
    ['without its module', given, [9, 5, 0, 0, 0], { hello: { holdModule: false } }, 'could not load its module'],
    ['a search that reached nothing', search, [0, 0, 0, 0, 0], {}, 'reached none'],
  ])('%s', (_name, holds, row, shape, why) => {
    const [is, reason] = verdict(holds, row, shape)
    expect(is).toBe('inconclusive')
    expect(reason).toContain(why)
  })
  test('not one whose second point nobody came to: the race was not tried', () =>
    expect(verdict(given, [9, 5, 0, 5, 0], {}, 0)).toEqual([
      'inconclusive',
      expect.stringMatching(/^hold point 'zswap_writeback_entry.*': nobody came to zs_free/),
    ]))
  test('an override that made a call return', () => expect(verdict(given, [9, 0, 0, 0, 3])[0]).toBe('pass'))
})

describe('a clean boot passes only when its sweeps made an allocation fail', () => {
  const text = 'allocation 1 to 20 fails in tasks'
  const sweep = parseHold(text, text) as Sweep
  const swept = (holds: HoldPlan, failNth: unknown, shape: object = {}) => {
    const seen = observe({ hello: { holdModule: false }, laneEnd: { failNth, ...shape } }, { holds })
    const { verdict: is, reason, evidence } = judge(seen, pump, [], 'zpool-on', [])
    return { is, reason, failNth: evidence.failNth }
  }
  const one: HoldPlan = { ...NO_HOLDS, sweeps: [sweep] }
  const two: HoldPlan = { ...one, sweeps: [sweep, { ...sweep, whom: { kind: 'kworkers' } }] }

  test('one that did, without the module', () =>
    expect(swept(one, [[40, 31]])).toMatchObject({
      is: 'pass',
      reason: expect.stringContaining('31 allocations failed, of 40 that were to fail'),
      failNth: [{ sweep: text, set: 40, injected: 31 }],
    }))
  test.each<[string, HoldPlan, unknown, string]>([
    ['no task was there', one, [[0, 0]], `'${text}': no such task was there`],
    ['no task came to it', one, [[40, 0]], `'${text}': no task came to its allocation, so none failed`],
    ['an older guest', one, undefined, `'${text}': no such task was there`],
    [
      'one of two',
      two,
      [
        [40, 31],
        [9, 0],
      ],
      "'allocation 1 to 20 fails in kworkers': no task came",
    ],
    ['beside the race of the harness', { ...RACE_HOLD, sweeps: [sweep] }, [[40, 0]], 'no task came'],
  ])('%s', (_name, holds, failNth, why) => {
    const { is, reason } = swept(holds, failNth)
    expect(is).toBe('inconclusive')
    expect(reason).toContain(why)
  })
  test('over all lanes', () => {
    const lanesOf = [
      [3, 1],
      [4, 2],
    ].map((counts, index) => ({
      lane: index === 0 ? ('pump' as const) : ('restore' as const),
      laneEnd: { failNth: [counts] },
    }))
    const { testimony } = observe({ lanes: lanesOf })
    expect(evidenceOf(testimony, one).failNth).toEqual([{ sweep: text, set: 7, injected: 3 }])
  })
})

const DYING = [
  '[    2.18][   T27] zsharness_hold: point 0 until 1 for 15000 us: 4 reached, 3 held, 2 met, 1 timed out',
  '[    2.18][   T27] zsharness_hold: 2 hits in 3 windows',
]

describe('what a dying kernel printed', () => {
  test('is what was armed, with its counts', () =>
    expect(armedAtPanic(DYING)).toEqual([
      { point: 0, until: 1, us: 15_000, counts: { reached: 4, held: 3, met: 2, timedOut: 1 } },
    ]))
  test.each(['said zsharness_hold: point 0 until 1 for 15000 us: 4 reached, 3 held, 2 met, 1 timed out again', ''])(
    'not what a program printed: %s',
    (line) => expect(armedAtPanic([line])).toEqual([]),
  )
  test('is evidence where no lane ended', () =>
    expect(evidenceOf({ records: [], problems: [] }, RACE_HOLD, DYING).holds[0]).toMatchObject({
      held: 3,
      met: 2,
    }))
})

describe('what a search had armed', () => {
  const trial = { t: 'trial', lane: 'pump', number: 7, orders: 3, armed: [{ point: 1, until: -1, us: 200 }] }
  const found = (
    seen: ReturnType<typeof observe>,
    known: Parameters<typeof judge>[2] = [],
    ofBuild: readonly Finding[] = [],
  ) => foundIn(seen, exposureOf(seen, pump), judge(seen, pump, known, 'zpool-on', ofBuild).findings)
  const dead = (lastConsoleLines: readonly string[]) => {
    const [hello, start] = guest({ hello: { holdModule: true } })
    const lines = [hello!, start!, JSON.stringify({ seq: 2, ms: 3000, ...trial })]
    const seen = observe({}, { holds: search, testimony: readTestimony(lines), lastConsoleLines })
    return found(seen)
  }
  test('by the panic', () =>
    expect(dead(DYING)).toMatchObject({ trial: 7, armed: ['zswap_writeback_entry until zs_free for 15ms'] }))
  test('by the last trial where nothing was printed', () =>
    expect(dead([])).toMatchObject({ lane: 'pump', armed: ['zs_free:return for 200us'] }))
  test('not the points that held nobody, where others did', () => {
    const idle = DYING[0]!.replace('point 0 until 1', 'point 1 until -1').replace('3 held', '0 held')
    expect(dead([idle, ...DYING])!.armed).toEqual(['zswap_writeback_entry until zs_free for 15ms'])
  })
  test('the point of the last hold first', () => {
    const other = DYING[0]!.replace('point 0 until 1', 'point 1 until -1')
    const last = '[    2.18][   T27] zsharness_hold: last held at point 1, 12 us ago'
    expect(dead([last, ...DYING, other])!.armed[0]).toBe('zs_free:return for 15ms')
  })
  test('not what was armed after the first report, where the kernel lived on', () => {
    const [hello, start] = guest({ hello: { holdModule: true } })
    const later = { ...trial, ms: 9000, seq: 3, number: 8, armed: [{ point: 0, until: -1, us: 300 }] }
    const lines = [hello!, start!, JSON.stringify({ seq: 2, ms: 3000, ...trial }), JSON.stringify(later)]
    const [splat] = readSplats('[    4.500000][   T41] BUG: KASAN: slab-use-after-free in shrink_memcg_cb+0x13d/0x210')
    const seen = observe(
      {},
      { holds: search, testimony: readTestimony(lines), splats: [splat!], lastConsoleLines: DYING },
    )
    expect(found(seen)).toMatchObject({
      trial: 7,
      seconds: 3.4,
      armed: ['zs_free:return for 200us'],
    })
  })
  test('nothing without a search', () => {
    const seen = observe({}, { holds: given, lastConsoleLines: DYING })
    expect(found(seen)).toBeNull()
  })

  const clean = (shape: GuestShape = {}, over: Partial<Observation> = {}) =>
    observe({ hello: { holdModule: true }, extra: [trial], ...shape }, { holds: search, ...over })
  const KNOWN: KnownFinding = {
    ...{ kind: 'kasan', title: 'KASAN: slab-use-after-free in old_bug', aliases: [] },
    ...{ configs: ['zpool-on'], reason: 'old', remedy: '' },
  }
  const warning: Finding = { ...findingOf('warnings', { kind: 'new-warning', title: 'unused', detail: '' }) }
  test('nothing for a finding of the build: no schedule brought it', () =>
    expect(found(clean(), [], [warning])).toBeNull())
  test('nothing in a boot that found nothing', () => expect(found(clean())).toBeNull())
  test('the trial of the lane that failed, where nothing says when', () => {
    const lanesOf = [
      { lane: 'pump' as const, extra: [trial], balance: { zsHandle: 3 } },
      { lane: 'zram' as const, extra: [{ ...trial, lane: 'zram', number: 90 }] },
    ]
    const seen = observe({ hello: { holdModule: true }, lanes: lanesOf }, { holds: search })
    expect(found(seen)).toMatchObject({ lane: 'pump', trial: 7 })
  })
  test('not the trial of a known finding before it', () => {
    const [known] = readSplats('[    1.600000][   T41] BUG: KASAN: slab-use-after-free in old_bug+0x13d/0x210')
    const [splat] = readSplats('[    9.500000][   T41] BUG: KASAN: slab-use-after-free in new_bug+0x13d/0x210')
    const later = { ...trial, ms: 9000, number: 31 }
    const seen = clean({ extra: [trial, later] }, { splats: [known!, splat!] })
    expect(found(seen, [KNOWN])).toMatchObject({ trial: 31 })
  })
})
