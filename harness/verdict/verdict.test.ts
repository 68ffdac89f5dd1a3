// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lanes } from '../guest/lanes.ts'
import { parseRecord, readTestimony } from '../guest/records.ts'
import type { CellResult, Finding, PairResult } from '../model/results.ts'
import { cleanBoot, type GuestShape, guest, observe, RACE_HOLD } from '../testing/guest.ts'
import { readSplats } from '../testing/splats.ts'
import { judge } from './cell.ts'
import { hostTrouble } from './host.ts'
import { markKnown } from './known.ts'
import { findingOf, type Observation } from './observation.ts'
import { judgeRun } from './run.ts'
import { newWarnings } from './warnings.ts'

const pump = lanes.filter(({ name }) => name === 'pump')
const race = lanes.filter(({ name }) => name === 'race')

const hits = (n: number) => ({ windows: 9, hits: n, timeouts: 9 - n, missed: 0, evictions: 9, evictFailed: 0 })
const zswap = { enabled: 'Y', zpool: 'zsmalloc', compressor: 'lzo' }

const verdictOf = (observation: Observation, wanted = pump, build: Finding[] = []) =>
  judge(observation, wanted, [], 'zpool-on', build)

const WARNING = readSplats(
  '[    1.000000][   T10] WARNING: CPU: 0 PID: 10 at mm/zsmalloc.c:12 zs_free+0x1/0x2\n[    1.000001][   T10] Call Trace:\n[    1.000002][   T10]  zs_free+0x1/0x2\n[    1.000003][   T10] ---[ end trace 0000000000000000 ]---\n',
)

describe('a cell', () => {
  test('passes only with end marker, no finding and evidence', () => {
    expect(verdictOf(observe())).toMatchObject({ verdict: 'pass', findings: [] })
  })

  test.each<[string, GuestShape, Partial<Observation>, string, RegExp]>([
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
    ['pages left', { balance: { pagesUsed: 4, nrZspages: 4, zspageSlab: 1 } }, {}, 'fail', /zspage/],
    ['an older sum that two CPUs left', { balance: { poolPages: 4 } }, {}, 'pass', /./],
    ['pages left, and no other number', { balance: { pagesUsed: null, poolPages: 4 } }, {}, 'fail', /pool_total_size/],
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
    const shape = (n: number) => ({ lane: 'race' as const, laneEnd: { race: hits(n) } })
    expect(verdictOf(observe(shape(0), { holds: RACE_HOLD }), race).verdict).toBe('inconclusive')
    expect(verdictOf(observe(shape(5), { holds: RACE_HOLD }), race)).toMatchObject({
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

describe('new warnings', () => {
  const warn = (file: string, message: string, line: number | null, column = 1) => ({
    severity: 'warning' as const,
    file,
    line,
    column,
    message,
    option: '-Wx',
  })

  test('in any file, whether the patch touches it or not', () => {
    const before = [warn('mm/zsmalloc.c', 'old', 10)]
    const after = [
      warn('mm/zsmalloc.c', 'old', 99),
      warn('mm/zsmalloc.c', 'new', 5),
      warn('mm/zswap.c', 'newer', 6),
      warn('include/linux/zpool.h', 'newest', 7),
    ]
    expect(newWarnings(before, after)).toMatchObject([
      { title: 'new', file: 'mm/zsmalloc.c', line: 5, oracle: 'warnings' },
      { title: 'newer', file: 'mm/zswap.c', line: 6 },
      { title: 'newest', file: 'include/linux/zpool.h', line: 7 },
    ])
  })

  test('a second instance of a known message counts, at the place that is new', () => {
    const before = [warn('mm/a.c', 'unused', 10)]
    const after = [warn('mm/a.c', 'unused', 40), warn('mm/a.c', 'unused', 10)]
    expect(newWarnings(before, after)).toMatchObject([
      { line: 40, detail: 'mm/a.c:40: unused [-Wx]; the before leg has it once' },
    ])
    expect(newWarnings(after, before)).toEqual([])
    // All lines moved.
    expect(newWarnings(before, [warn('mm/a.c', 'unused', 11), warn('mm/a.c', 'unused', 41)])).toHaveLength(1)
  })

  test('of a header, is one however many files include it', () => {
    const header = warn('include/linux/a.h', 'unused', 3)
    expect(newWarnings([], [header, header, header])).toHaveLength(1)
    expect(newWarnings([header], [header, header, header])).toEqual([])
  })

  test('of objtool and modpost, is known at another offset', () => {
    const at = (offset: string) => warn('vmlinux.o', `zs_free+${offset}: unreachable instruction`, null)
    expect(newWarnings([at('0x1f')], [at('0x2b')])).toEqual([])
    expect(newWarnings([at('0x1f')], [at('0x2b'), at('0x3c')])).toMatchObject([
      { file: 'vmlinux.o', line: null, detail: expect.stringMatching(/^vmlinux\.o: zs_free\+0x3c/) },
    ])
  })

  test('of a check that looks at some files only, count in these', () => {
    const after = [warn('mm/a.c', 'new', 1), warn('include/b.h', 'new', 2)]
    expect(newWarnings([], after, { oracle: 'w1', files: ['mm/a.c'] })).toMatchObject([
      { oracle: 'w1', file: 'mm/a.c' },
    ])
  })

  test('errors are none', () => {
    expect(newWarnings([], [{ ...warn('mm/a.c', 'x', 1), severity: 'error' }])).toEqual([])
  })
})
