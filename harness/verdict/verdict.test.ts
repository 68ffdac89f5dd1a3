// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lanes } from '../guest/lanes.ts'
import { parseRecord, readTestimony } from '../guest/records.ts'
import type { CellResult, Finding, PairResult } from '../model/results.ts'
import { readSplats } from '../testing/splats.ts'
import { hostTrouble, judge } from './cell.ts'
import { markKnown } from './known.ts'
import { findingOf, type Observation } from './observation.ts'
import { judgeRun } from './run.ts'
import { newWarnings } from './warnings.ts'

const pump = lanes.filter(({ name }) => name === 'pump')
const race = lanes.filter(({ name }) => name === 'race')

const pages = { written: 10, verified: 10, wrong: 0, freed: 10 }
const noRace = null
const hits = (n: number) => ({ windows: 9, hits: n, timeouts: 0, missed: 0, evictions: 9, evictFailed: 0 })
const even = {
  zsHandle: 0,
  objUsed: 0,
  storedPages: 0,
  sameFilledPages: 0,
  zspageSlab: 0,
  objAllocated: 0,
  pagesUsed: 0,
  nrZspages: 0,
  poolPages: 0,
}
const zswap = { enabled: 'Y', zpool: 'zsmalloc', compressor: 'lzo' }

interface Shape {
  hello?: object
  lane?: string
  laneEnd?: object
  balance?: object
  extra?: object[]
  end?: boolean
}

/** A guest's records as its protocol writes them, with what a test wants changed. */
const guest = ({
  hello = {},
  lane = 'pump',
  laneEnd = {},
  balance = {},
  extra = [],
  end = true,
}: Shape = {}): string[] => {
  const body: object[] = [
    {
      t: 'hello',
      protocol: 1,
      release: '6.1.192',
      cmdline: '',
      cpusOnline: 2,
      memTotalKiB: 1,
      zswap,
      raceModule: true,
      taint: 0,
      ...hello,
    },
    { t: 'laneStart', lane, seconds: 1, windowUs: 0 },
    ...extra,
    { t: 'balance', lane, at: 'drained', ...even, ...balance },
    {
      t: 'laneEnd',
      lane,
      status: 'ok',
      reason: null,
      elapsedMs: 1,
      pages,
      zswap: { written_back_pages: 60 },
      race: noRace,
      classes: null,
      ...laneEnd,
    },
  ]
  const all = end ? [...body, { t: 'end', records: body.length, lanesRun: 1, wrongPages: 0 }] : body
  return all.map((record, seq) => JSON.stringify({ seq, ms: seq, ...record }))
}

const cleanBoot: Observation['boot'] = {
  process: { by: 'exit', code: 0 },
  shutdown: 'guest-reset',
  gaveUp: undefined,
  stderr: [],
}
const observe = (shape: Shape = {}, over: Partial<Observation> = {}): Observation => ({
  lanes: ['pump'],
  amplified: false,
  testimony: readTestimony(guest(shape)),
  splats: [],
  lastConsoleLines: [],
  boot: cleanBoot,
  signature: [],
  ...over,
})

const verdictOf = (observation: Observation, wanted = pump, build: Finding[] = []) =>
  judge(observation, wanted, [], 'zpool-on', build)

const WARNING = readSplats(
  '[    1.000000][   T10] WARNING: CPU: 0 PID: 10 at mm/zsmalloc.c:12 zs_free+0x1/0x2\n[    1.000001][   T10] Call Trace:\n[    1.000002][   T10]  zs_free+0x1/0x2\n[    1.000003][   T10] ---[ end trace 0000000000000000 ]---\n',
)

describe('a cell', () => {
  test('passes only with end marker, no finding and evidence', () => {
    expect(verdictOf(observe())).toMatchObject({ verdict: 'pass', findings: [] })
  })

  test.each<[string, Shape, Partial<Observation>, string, RegExp]>([
    ['one CPU', { hello: { cpusOnline: 1 } }, {}, 'inconclusive', /only 1 CPU/],
    ['no writeback', { laneEnd: { zswap: { written_back_pages: 0 } } }, {}, 'inconclusive', /wrote no page back/],
    ['zswap off', { hello: { zswap: { ...zswap, enabled: 'N' } } }, {}, 'inconclusive', /not live/],
    ['another zpool', { hello: { zswap: { ...zswap, zpool: 'zbud' } } }, {}, 'inconclusive', /not live/],
    ['no zswap', { hello: { zswap: null } }, {}, 'inconclusive', /not live/],
    ['a skipped lane', { laneEnd: { status: 'skipped', reason: 'no swap' } }, {}, 'inconclusive', /no swap/],
    ['no end marker', { end: false }, {}, 'fail', /without its end marker/],
    ['a splat', {}, { splats: WARNING }, 'fail', /zs_free/],
    ['a leaked handle', { balance: { zsHandle: 1 } }, {}, 'fail', /zs_handle/],
    ['an unbalanced object', { balance: { objUsed: 2, zsHandle: 2 } }, {}, 'fail', /stored pages/],
    ['a leaked zspage', { balance: { zspageSlab: 3 } }, {}, 'fail', /zspage/],
    ['pages left', { balance: { poolPages: 4 } }, {}, 'fail', /pool_total_size/],
    [
      'QEMU killed from outside',
      { end: false },
      { boot: { ...cleanBoot, process: { by: 'signal', name: 'SIGKILL' } } },
      'error',
      /killed by SIGKILL/,
    ],
    [
      'QEMU that fails',
      { end: false },
      { boot: { ...cleanBoot, process: { by: 'exit', code: 1 }, stderr: ['no such device'] } },
      'error',
      /no such device/,
    ],
    [
      'QEMU that cannot start',
      { end: false },
      { boot: { ...cleanBoot, process: { by: 'spawn', message: 'x' } } },
      'error',
      /could not start/,
    ],
  ])('%s', (_name, shape, over, verdict, reason) => {
    const judged = verdictOf(observe(shape, over))
    expect(judged.verdict).toBe(verdict)
    expect(judged.reason).toMatch(reason)
  })

  test('a wrong page fails and says where', () => {
    const wrong = {
      t: 'wrongPage',
      lane: 'pump',
      region: 1,
      index: 2,
      generation: 3,
      offset: 8,
      expected: 'aa',
      got: 'bb',
    }
    const judged = verdictOf(observe({ extra: [wrong] }))
    expect(judged).toMatchObject({ verdict: 'fail', findings: [{ oracle: 'data', kind: 'lost-data', lane: 'pump' }] })
    expect(judged.findings[0]?.detail).toContain('region 1 page 2 generation 3 at byte 8')
  })

  test.each([
    ['boot-limit', 'boot', /hung before init/],
    ['silence', 'lanes', /fell silent/],
    ['total-limit', 'lanes', /did not finish/],
  ] as const)('stopped because of %s', (why, phase, reason) => {
    const boot = { ...cleanBoot, process: { by: 'abort' } as const, gaveUp: { why, phase, afterS: 60 } }
    expect(verdictOf(observe({ end: false }, { boot }))).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(reason),
    })
  })

  test('a crash stays a crash when QEMU was killed after it', () => {
    const boot = { ...cleanBoot, process: { by: 'signal', name: 'SIGKILL' } as const }
    expect(verdictOf(observe({ end: false }, { boot, splats: WARNING })).verdict).toBe('fail')
  })

  test("lost records are the harness's fault", () => {
    const lines = guest()
    lines.splice(2, 1)
    expect(verdictOf(observe({}, { testimony: readTestimony(lines) }))).toMatchObject({
      verdict: 'error',
      reason: expect.stringMatching(/records/),
    })
  })

  test('without a lane never passes', () => {
    expect(verdictOf(observe(), []).verdict).toBe('inconclusive')
  })

  test('the race lane needs hits when it is amplified, and only then', () => {
    const shape = (n: number) => ({ lane: 'race', laneEnd: { race: hits(n) } })
    expect(verdictOf(observe(shape(0), { amplified: true }), race).verdict).toBe('inconclusive')
    expect(verdictOf(observe(shape(5), { amplified: true }), race)).toMatchObject({
      verdict: 'pass',
      evidence: { hits: 5, windows: 9 },
    })
    expect(verdictOf(observe(shape(0)), race).verdict).toBe('pass')
  })

  test('a known finding is reported and does not fail', () => {
    const build = findingOf('warnings', {
      kind: 'warning',
      title: "'f' defined but not used",
      detail: '',
      file: 'mm/zsmalloc.c',
    })
    const known = [{ kind: 'warning', file: 'mm/zsmalloc.c', title: "'f' defined but not used", configs: ['off'] }]
    expect(judge(observe(), pump, known, 'off', [build])).toMatchObject({
      verdict: 'pass',
      findings: [{ known: true }],
    })
    expect(judge(observe(), pump, known, 'on', [build]).verdict).toBe('fail')
    expect(markKnown([{ ...build, file: 'mm/zswap.c' }], known, 'off')[0]?.known).toBe(false)
  })

  test('whatever QEMU did, a boot without end marker never passes', () => {
    const process = fc.oneof(
      fc.record({ by: fc.constant('exit' as const), code: fc.integer({ min: 0, max: 255 }) }),
      fc.record({ by: fc.constant('signal' as const), name: fc.constant('SIGSEGV') }),
      fc.constant({ by: 'abort' as const }),
    )
    fc.assert(
      fc.property(process, fc.nat(4), (ended, keep) => {
        const testimony = readTestimony(guest().slice(0, keep))
        expect(verdictOf(observe({}, { testimony, boot: { ...cleanBoot, process: ended } })).verdict).not.toBe('pass')
      }),
    )
  })

  test('a host that ended QEMU itself is no error', () => {
    const boot = {
      ...cleanBoot,
      process: { by: 'abort' } as const,
      gaveUp: { why: 'last-words-limit', phase: 'last-words', afterS: 15 } as const,
    }
    expect(hostTrouble(observe({}, { boot }))).toBeUndefined()
  })
})

describe('records', () => {
  test('any line reads or says why not', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        const parsed = parseRecord(line)
        expect('record' in parsed || parsed.problem.length > 0).toBe(true)
      }),
    )
  })
  test('a line cut off at the end is no problem, one in the middle is', () => {
    const lines = guest({ end: false })
    expect(readTestimony([...lines, '{"seq":9,"t":"sam']).problems).toEqual([])
    expect(readTestimony([lines[0]!, '{"seq":9,"t":"sam', ...lines.slice(1)]).problems).toHaveLength(1)
  })
})

describe('a run', () => {
  const cell = (verdict: CellResult['verdict'], config = 'zpool-on') =>
    ({ arch: 'x86_64', profile: 'kasan', config, verdict }) as CellResult
  const pair = (verdict: PairResult['verdict'], config = 'zpool-on') =>
    ({ arch: 'x86_64', profile: 'kasan', config, verdict, reason: '', strength: null }) as PairResult
  test.each<[string, number, CellResult[], PairResult[]]>([
    ['fixed', 0, [cell('fail'), cell('pass')], [pair('fixed')]],
    ['pass', 0, [cell('pass')], []],
    ['fail', 1, [cell('fail')], []],
    ['fail', 1, [cell('fail'), cell('pass'), cell('fail', 'zpool-off')], [pair('fixed')]],
    ['not-fixed', 1, [], [pair('not-fixed'), pair('fixed', 'b')]],
    ['regression', 1, [], [pair('regression')]],
    ['not-demonstrated', 4, [], [pair('not-demonstrated')]],
    ['inconclusive', 4, [cell('inconclusive')], []],
    ['error', 3, [cell('error')], []],
    ['invalid', 3, [cell('error'), cell('pass')], [pair('invalid')]],
    ['invalid', 4, [cell('inconclusive')], [pair('invalid')]],
    ['inconclusive', 4, [], []],
  ])('is %s, exit %i', (verdict, exitCode, cells, pairs) => {
    expect(judgeRun(cells, pairs)).toEqual({ verdict, exitCode })
  })
})

test('a new warning in a touched file is a finding, an old one or one elsewhere is none', () => {
  const warn = (file: string, message: string, line: number) => ({
    severity: 'warning' as const,
    file,
    line,
    column: 1,
    message,
    option: '-Wx',
  })
  const before = [warn('mm/zsmalloc.c', 'old', 10)]
  const after = [warn('mm/zsmalloc.c', 'old', 99), warn('mm/zsmalloc.c', 'new', 5), warn('mm/zswap.c', 'new', 5)]
  expect(newWarnings(before, after, ['mm/zsmalloc.c'])).toMatchObject([
    { title: 'new', file: 'mm/zsmalloc.c', line: 5, oracle: 'warnings' },
  ])
})
