// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lanes } from '../guest/lanes.ts'
import { readTestimony } from '../guest/records.ts'
import type { LaneName } from '../model/results.ts'
import { cleanBoot, type GuestShape, guest, type LaneShape, observe, RACE_HOLD } from '../testing/guest.ts'
import { readSplats } from '../testing/splats.ts'
import { judge } from './cell.ts'
import type { Observation } from './observation.ts'

const NAMES: readonly LaneName[] = ['race', 'pump', 'restore', 'classes']
const race = (n: number, evictFailed = 5) => ({
  windows: n,
  hits: n,
  timeouts: 0,
  missed: 0,
  evictions: 50,
  evictFailed,
})
const laneOf = (lane: LaneName, part: LaneShape = {}): LaneShape => ({
  lane,
  ...part,
  laneEnd: { race: race(lane === 'race' ? 9 : 0), ...part.laneEnd },
})
const four = (changed: Partial<Record<LaneName, LaneShape>> = {}): GuestShape => ({
  lanes: NAMES.map((name) => laneOf(name, changed[name])),
})
const verdictOf = (observation: Observation) => {
  const names = observation.asked.lanes.map(({ name }) => name)
  return judge(
    observation,
    lanes.filter(({ name }) => names.includes(name)),
    [],
    'zpool-on',
    [],
  )
}
const judged = (shape: GuestShape, over: Partial<Observation> = {}) => verdictOf(observe(shape, over))
const judgedFour = (changed: Partial<Record<LaneName, LaneShape>>) => judged(four(changed), { holds: RACE_HOLD })
const IDLE = { written: 9, verified: 0, wrong: 0, freed: 9 }
const nothingBack = { written_back_pages: 0, reject_reclaim_fail: 0 }

test('four lanes that each did their work pass', () => {
  expect(judgedFour({})).toMatchObject({ verdict: 'pass', findings: [] })
})

describe('evidence is of each lane', () => {
  test.each<[string, Partial<Record<LaneName, LaneShape>>, RegExp]>([
    ['a pump that verified nothing', { pump: { laneEnd: { pages: IDLE } } }, /lane pump: no page was verified/],
    ['a race that verified nothing', { race: { laneEnd: { pages: IDLE } } }, /lane race: no page was verified/],
    ['a pump that wrote nothing back', { pump: { laneEnd: { zswap: nothingBack } } }, /lane pump: zswap wrote no page/],
    ['a pump without counters', { pump: { laneEnd: { zswap: null } } }, /lane pump: zswap wrote no page/],
    [
      'hits in another lane than the race',
      { race: { laneEnd: { race: race(0) } }, pump: { laneEnd: { race: race(9) } } },
      /lane race: no free fell into/,
    ],
    [
      'failed evictions in another lane than restore',
      { restore: { laneEnd: { race: race(0, 0), zswap: { written_back_pages: 5, reject_reclaim_fail: 0 } } } },
      /lane restore: no eviction failed/,
    ],
    ['no class seen', { classes: { laneEnd: { classes: [] } } }, /lane classes: no size class/],
    ['classes not read', { classes: { laneEnd: { classes: null } } }, /lane classes: no size class/],
    [
      'three lanes that did nothing',
      Object.fromEntries(
        (['pump', 'restore', 'classes'] as const).map((name) => [
          name,
          { laneEnd: { pages: IDLE, zswap: nothingBack, race: race(0, 0), classes: [] } },
        ]),
      ),
      /lane pump.*lane restore.*lane classes/,
    ],
  ])('%s', (_name, changed, reason) => {
    const result = judgedFour(changed)
    expect(result.verdict).toBe('inconclusive')
    expect(result.reason).toMatch(reason)
  })

  test('the numbers of each lane are in the evidence, and their sums', () => {
    expect(judgedFour({ pump: { laneEnd: { zswap: { written_back_pages: 7 } } } }).evidence).toMatchObject({
      writtenBackPages: 187,
      pagesVerified: 40,
      hits: 9,
      windows: 9,
      lanes: [
        { lane: 'race', hits: 9, windows: 9, writtenBackPages: 60 },
        { lane: 'pump', status: 'ok', elapsedMs: 1105, writtenBackPages: 7, pagesVerified: 10, hits: 0 },
        { lane: 'restore', failedEvictions: 5 },
        { lane: 'classes', classesSeen: 1 },
      ],
    })
  })

  test('a lane that died has what its last sample adds to the lanes before', () => {
    const sample = (written: number, windows: number) => ({
      t: 'sample',
      elapsedMs: 505,
      zswap: { written_back_pages: written },
      pages: { written: 8, verified: 4, wrong: 0, freed: 1 },
      race: { ...race(windows), evictions: 80 },
    })
    const shape = {
      lanes: [laneOf('race'), { lane: 'pump' as const, extra: [sample(75, 9)], balance: null, laneEnd: null }],
      end: false,
    }
    expect(judged(shape).evidence.lanes[1]).toMatchObject({
      lane: 'pump',
      status: null,
      elapsedMs: 505,
      writtenBackPages: 15,
      pagesVerified: 4,
      windows: 0,
    })
  })
})

describe('executed patch lines', () => {
  const withLines = (patchLines: Observation['patchLines']) => judged({}, { patchLines })
  test('none of them executed is inconclusive', () => {
    const result = withLines({ executable: 77, executed: 0 })
    expect(result.verdict).toBe('inconclusive')
    expect(result.reason).toContain('none of the 77 executable lines that the patch adds ran')
  })
  test('one of them is enough, and a patch without executable lines has no such gate', () => {
    expect(withLines({ executable: 77, executed: 1 })).toMatchObject({
      verdict: 'pass',
      evidence: { patchLines: { executable: 77, executed: 1 } },
    })
    expect(withLines({ executable: 0, executed: 0 }).verdict).toBe('pass')
  })
  test('a kernel without counters, or without a gcov for them, passes, and the reason says so', () => {
    expect(withLines('unmeasured')).toMatchObject({ verdict: 'pass', reason: expect.stringMatching(/not measured/) })
    expect(withLines('unread')).toMatchObject({
      verdict: 'pass',
      reason: expect.stringMatching(/not measured: the gcov/),
    })
  })
  test('counters that the kernel has and that did not arrive are inconclusive', () => {
    expect(withLines('lost')).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(/counters/) })
  })
})

const panicked = { why: 'last-words-limit', phase: 'last-words', afterS: 15 } as const
const flooded = { why: 'flood', phase: 'flood', afterS: 15 } as const
const nulls = (...names: string[]) => Object.fromEntries(names.map((name) => [name, null]))
const ALL = 'zsHandle objUsed storedPages sameFilledPages zspageSlab objAllocated pagesUsed nrZspages poolPages'

describe('an oracle without data vouches for nothing', () => {
  test.each<[string, string, GuestShape, Partial<Observation>, RegExp]>([
    ['no balance', 'balance', { balance: null }, {}, /balance: no drained balance of lane pump/],
    ['a quiet balance only', 'balance', { balance: { at: 'quiet' } }, {}, /no drained balance of lane pump/],
    ['a balance of nulls', 'balance', { balance: nulls(...ALL.split(' ')) }, {}, /balance: .*zsHandle.* null/],
    ['no number of handles', 'balance', { balance: nulls('zsHandle') }, {}, /zsHandle/],
    ['no number of objects', 'balance', { balance: nulls('objUsed') }, {}, /objUsed/],
    ['no number of zspages', 'balance', { balance: nulls('zspageSlab') }, {}, /zspageSlab/],
    ['no number of stored pages', 'balance', { balance: nulls('storedPages') }, {}, /storedPages/],
    ['no page verified', 'data', { laneEnd: { pages: IDLE } }, {}, /data: no page was verified/],
    ['an empty console', 'console', {}, { console: { lines: 0, banner: false, dropped: 0, suppressed: 0 } }, /empty/],
    ['no banner', 'console', {}, { console: { lines: 9, banner: false, dropped: 0, suppressed: 0 } }, /banner/],
    ['no taint at the end', 'console', { end: { taint: null } }, {}, /taint/],
    ['no taint in hello', 'console', { hello: { taint: null } }, {}, /taint/],
    ['an end of an older guest', 'console', { end: { taint: undefined } }, {}, /taint/],
    ['no hello', 'liveness', { hello: null }, {}, /no hello/],
    ['no end', 'liveness', { end: false }, { boot: { ...cleanBoot, gaveUp: panicked } }, /end marker is missing/],
    ['a flood', 'liveness', { end: false }, { boot: { ...cleanBoot, gaveUp: flooded } }, /repeated its reports/],
  ])('%s', (_name, oracle, shape, over, reason) => {
    const result = judged(shape, over)
    expect(result.verdict).toBe('inconclusive')
    expect(result.reason).toMatch(reason)
    expect(result.oracles).toContainEqual({ name: oracle, status: 'no data' })
  })

  test('one lane of four without a balance is enough', () => {
    expect(judgedFour({ restore: { balance: null } })).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/no drained balance of lane restore/),
    })
  })

  test('zram has no stored pages of zswap', () => {
    const zram = { lane: 'zram' as const, balance: nulls('storedPages', 'sameFilledPages'), laneEnd: { zswap: null } }
    expect(judged(zram).verdict).toBe('pass')
  })

  test('each oracle is listed with its status', () => {
    expect(judged({}).oracles).toEqual(
      ['console', 'data', 'balance', 'state', 'liveness'].map((name) => ({ name, status: 'clean' })),
    )
    expect(judged({ balance: { zsHandle: 1 } }).oracles).toContainEqual({ name: 'balance', status: 'found' })
    const built = judge(observe(), lanes.slice(1, 2), [], 'zpool-on', [], ['warnings'])
    expect(built.oracles).toContainEqual({ name: 'warnings', status: 'clean' })
  })
})

const sampleOf = (part: object = {}) => ({
  t: 'sample',
  elapsedMs: 510,
  zswap: { written_back_pages: 40 },
  pages: { written: 8, verified: 6, wrong: 0, freed: 1 },
  race: race(4),
  ...part,
})

const { seq: _, ...firstHello } = JSON.parse(guest()[0]!)
const secondHello = { ...firstHello, ms: 1200 }

describe('records that contradict each other', () => {
  test.each<[string, GuestShape, RegExp]>([
    ['two hellos', { extra: [secondHello] }, /hello/],
    ['no hello', { hello: null }, /hello/],
    ['a record after the end', { after: [{ t: 'notice', text: 'x' }] }, /after the end/],
    ['a lane of 8 s that took 1 ms', { laneEnd: { elapsedMs: 1 } }, /pump.*1 ms/],
    ['a lane shorter than asked', { laneStart: { ms: 1500 }, laneEnd: { ms: 2250, elapsedMs: 750 } }, /750 ms/],
    ['a lane longer than the clock', { laneEnd: { elapsedMs: 60_000 } }, /60000 ms/],
    ['a lane of other seconds', { laneStart: { seconds: 8 } }, /8 s.*1 s/],
    ['a clock that goes back', { laneEnd: { ms: 1050 } }, /clock/],
    ['no lane run, by the end', { end: { lanesRun: 0 } }, /0 lanes/],
    ['another lane in the balance', { balance: { lane: 'race' } }, /race/],
    ['another lane in the end of the lane', { laneEnd: { lane: 'race' } }, /race/],
    ['a lane that never ends', { laneEnd: null }, /pump/],
    ['a lane without a start', { laneStart: { t: 'notice', text: 'x' } }, /pump/],
    ['a lane not asked for', { lanes: [{ lane: 'pump' }, { lane: 'zram' }] }, /zram/],
    ['a lane that runs twice', { lanes: [{ lane: 'pump' }, { lane: 'pump' }] }, /twice/],
    ['more hits than windows', { laneEnd: { race: { ...race(3), hits: 9 } } }, /9 hits.*3 windows/],
    ['windows that nobody opened', { laneEnd: { race: race(3) } }, /without race windows and counted 3/],
    ['more failed evictions than evictions', { laneEnd: { race: race(0, 99) } }, /99/],
    [
      'pages verified that were never written',
      { laneEnd: { pages: { ...IDLE, written: 0, verified: 9, freed: 0 } } },
      /9 .*verified/,
    ],
    ['more pages freed than written', { laneEnd: { pages: { ...IDLE, verified: 9, freed: 99 } } }, /99/],
    ['a negative counter', { laneEnd: { pages: { ...IDLE, verified: 9, freed: -1 } } }, /-1/],
    [
      'pages that go back',
      { extra: [sampleOf({ pages: { written: 11, verified: 5, wrong: 0, freed: 0 } })] },
      /written/,
    ],
    [
      'writeback that goes back',
      { extra: [sampleOf(), sampleOf({ zswap: { written_back_pages: 9 } })] },
      /written_back/,
    ],
    ['windows that go back', { extra: [sampleOf(), sampleOf({ race: race(3) })] }, /windows/],
    ['a sample later than the clock', { extra: [sampleOf({ elapsedMs: 90_000 })] }, /90000/],
    ['one CPU of two', { hello: { cpusOnline: 1 } }, /1 CPU/],
    ['four CPUs of two', { hello: { cpusOnline: 4 } }, /4 CPU/],
    ['another seed', { hello: { seed: '2' } }, /seed/],
    ['another command line', { hello: { cmdline: 'console=ttyS0 panic=-10' } }, /command line/],
  ])('%s', (_name, shape, reason) => {
    const asked = { ...observe(), ...(shape.lanes ? { asked: observe({ lanes: [{ lane: 'pump' }] }).asked } : {}) }
      .asked
    const result = judged(shape, { asked })
    expect(result.verdict).toBe('inconclusive')
    expect(result.reason).toMatch(reason)
  })

  test('lanes in another order', () => {
    const shape = { lanes: [laneOf('pump'), laneOf('race')] }
    const asked = observe({ lanes: [laneOf('race'), laneOf('pump')] }).asked
    expect(judged(shape, { asked })).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/pump.*race|race.*pump/),
    })
  })

  test('the same record twice', () => {
    const lines = guest()
    const result = judged({}, { testimony: readTestimony([...lines.slice(0, 2), lines[1]!, ...lines.slice(2)]) })
    expect(['inconclusive', 'error']).toContain(result.verdict)
  })

  const wrong = { written: 10, verified: 10, wrong: 5, freed: 10 }
  test.each<[string, GuestShape]>([
    ['counted by the lane', { laneEnd: { pages: wrong } }],
    ['counted by the lane and the end', { laneEnd: { pages: wrong }, end: { wrongPages: 5 } }],
    ['counted by the end', { end: { wrongPages: 3 } }],
    ['counted by a sample', { extra: [sampleOf({ pages: { written: 8, verified: 6, wrong: 1, freed: 1 } })] }],
  ])('wrong pages without a record of one are a finding: %s', (_name, shape) => {
    expect(judged(shape)).toMatchObject({ verdict: 'fail', findings: [{ oracle: 'data', kind: 'lost-data' }] })
  })

  test('whatever lanes and however many samples, valid records pass', () => {
    const step = fc.record({ written: fc.nat(500), verified: fc.nat(100), back: fc.nat(90), open: fc.nat(40) })
    const arbitrary = fc.array(fc.array(step, { maxLength: 8 }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(arbitrary, (steps) => {
        let [back, open] = [0, 0]
        const shapes = NAMES.map((lane, index): LaneShape => {
          const before = { back, open }
          const pages = { written: 10, verified: 1, wrong: 0, freed: 2 }
          const extra = steps[index]!.map((one, at) => {
            pages.written += one.written
            pages.verified += Math.min(one.written, one.verified)
            back += one.back
            open += lane === 'race' ? one.open : 0
            return sampleOf({
              elapsedMs: 510 + at,
              pages: { ...pages },
              zswap: { written_back_pages: back },
              race: { ...race(open), evictions: open + 50 },
            })
          })
          back += 5
          open += lane === 'race' ? 3 : 0
          const total = { ...race(open - before.open), evictions: open - before.open + 60 }
          return {
            lane,
            extra,
            laneEnd: { pages, zswap: { written_back_pages: back - before.back }, race: total },
          }
        })
        expect(judged({ lanes: shapes }, { holds: RACE_HOLD })).toMatchObject({ verdict: 'pass' })
      }),
      { numRuns: 60 },
    )
  })
})

describe('the console is not the only witness', () => {
  test.each<[string, number]>([
    ['a warning', 512],
    ['an oops', 128],
    ['a soft lockup', 16_384],
    ['a bad page', 32],
    ['a machine check', 16],
  ])('the taint of %s that the console does not show', (_name, taint) => {
    expect(judged({ end: { taint: taint | 4096 } })).toMatchObject({
      verdict: 'fail',
      findings: [{ oracle: 'console', kind: 'taint' }],
    })
    expect(judged({ hello: { taint }, end: { taint } }).verdict).toBe('fail')
  })

  test("the taint of the guest's own modules is none", () => {
    expect(judged({ hello: { taint: 4096 }, end: { taint: 4096 | 8192 | 1024 | 1 } }).verdict).toBe('pass')
  })

  test('a taint that a splat explains is no second finding', () => {
    const splats = readSplats(
      '[    1.000000][   T10] WARNING: CPU: 0 PID: 10 at mm/zsmalloc.c:12 zs_free+0x1/0x2\n[    1.000001][   T10] Call Trace:\n[    1.000002][   T10]  zs_free+0x1/0x2\n[    1.000003][   T10] ---[ end trace 0000000000000000 ]---\n',
    )
    expect(judged({ end: { taint: 512 } }, { splats }).findings).toHaveLength(1)
    expect(judged({ end: { taint: 512 | 32 } }, { splats }).findings.map(({ kind }) => kind)).toContain('taint')
  })

  test('a console that lost lines is inconclusive at best', () => {
    const console = { lines: 300, banner: true, dropped: 12, suppressed: 0 }
    expect(judged({}, { console })).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/12 .*dropped/),
    })
    expect(judged({}, { console: { ...console, dropped: 0, suppressed: 9 } }).verdict).toBe('pass')
  })

  test('a page that zswap cannot decompress is lost', () => {
    const zswap = { written_back_pages: 60, decompress_fail: 1 }
    const lost = { oracle: 'data', kind: 'lost-data', title: 'zswap could not decompress a page' }
    for (const shape of [{ laneEnd: { zswap } }, { extra: [sampleOf({ zswap })] }])
      expect(judged(shape)).toMatchObject({ verdict: 'fail', findings: [lost] })
  })

  test.each([
    '_swap_info_get: Bad swap file entry 2800000000000123',
    '_swap_info_get: Unused swap offset entry 00000123',
    'Read-error on swap-device (254:0:4216)',
    'Write-error on swap-device (254:0:4216)',
    'zswap: Decompression error from zswap (0:1234 lzo 1834->0)',
  ])('%s fails', (text) => {
    const splats = readSplats(`[    1.000000][   T10] ${text}\n`)
    expect(judged({}, { splats })).toMatchObject({ verdict: 'fail', findings: [{ oracle: 'console', kind: 'swap' }] })
  })

  test('a swap disk that the host cannot read is the fault of the host', () => {
    const splats = readSplats('[    1.000000][   T10] Read-error on swap-device (254:0:4216)\n')
    const boot = { ...cleanBoot, process: { by: 'exit', code: 1 } as const, stderr: ['disk'] }
    expect(judged({}, { splats, boot }).verdict).toBe('error')
  })
})

describe('the end of the machine', () => {
  const hung = {
    ...cleanBoot,
    process: { by: 'abort' } as const,
    shutdown: 'host-qmp-quit',
    gaveUp: { why: 'last-words-limit', phase: 'last-words', afterS: 15 } as const,
  }
  test('a guest that hangs after its end marker fails', () => {
    expect(judged({}, { boot: hung })).toMatchObject({
      verdict: 'fail',
      reason: 'the guest hung in shutdown after its end marker',
      findings: [{ oracle: 'liveness', kind: 'hang' }],
    })
  })
  test('after a panic the panic is the finding', () => {
    const splats = readSplats('[    1.000000][    T1] Kernel panic - not syncing: sysrq triggered crash\n')
    expect(judged({}, { boot: hung, splats }).findings.map(({ oracle }) => oracle)).toEqual(['console'])
  })
  test('a guest that left just before the harness gave up did not hang', () => {
    expect(judged({}, { boot: { ...hung, shutdown: 'guest-reset' } }).findings).toEqual([])
  })
  test.each([undefined, 'host-signal', 'host-qmp-quit', 'guest-panic', 'unknown'])(
    'QEMU that ends because of %s does not pass',
    (shutdown) => {
      expect(judged({}, { boot: { ...cleanBoot, shutdown } })).toMatchObject({
        verdict: 'inconclusive',
        reason: expect.stringMatching(/QEMU/),
      })
    },
  )
  test('a power-off is as good as a reset', () => {
    expect(judged({}, { boot: { ...cleanBoot, shutdown: 'guest-shutdown' } }).verdict).toBe('pass')
  })
})
