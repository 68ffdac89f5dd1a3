// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { RunResult } from '../../model/results.ts'
import { aNight, someNights } from '../../testing/nights.ts'
import { aCell, aCrash, aFinding, aPair, aRequest, aRun } from '../../testing/runs.ts'
import { failureRateInterval } from '../../verdict/rate.ts'
import { historyFormats, renderHistory } from './formats.ts'
import { historyOf } from './history.ts'
import { parseLean, type Read } from './lean.ts'
import { historySchema } from './schema.ts'
import { columnsOf, lastOf, rowToneOf, summaryOf } from './words.ts'

const read = (runs: readonly RunResult[]): readonly Read[] =>
  runs.map((run) => {
    const parsed = parseLean(JSON.stringify(run))
    if ('why' in parsed) throw new Error(parsed.why)
    return { folder: run.id, run: parsed.run }
  })
const of = (runs: readonly RunResult[]) => historyOf('results', read(runs), [])

/** A run of this day with these boots of one patched kernel. */
const boots = (day: number, verdicts: readonly ('pass' | 'fail' | 'error')[], key = 'k'): RunResult => {
  const startedAt = `2026-11-${String(day).padStart(2, '0')}T01:00:00Z`
  const cells = verdicts.map((verdict, index) =>
    aCell({
      ...{ verdict, run: index + 1, kernel: { ...aCell().kernel, key } },
      timings: { treeMs: 0, buildMs: 1, bootMs: 100 * day + index + 1, lanesMs: 1 },
      findings: verdict === 'fail' ? [aFinding({ title: 'oops' })] : [],
    }),
  )
  const verdict = verdicts.includes('fail') ? 'fail' : 'pass'
  return aRun({ id: `night-${day}`, startedAt, pairs: [], cells, verdict })
}

describe('24 made-up nights', () => {
  const history = of(someNights())

  test('fit the published schema, oldest first', () => {
    expect(historySchema.parse(history)).toEqual(history)
    const times = history.runs.map(({ startedAt }) => startedAt)
    expect(times).toEqual([...times].sort())
  })

  test('have a row for each pair and each kernel without one, with its first bad run', () => {
    expect(history.rows.map(({ name, leg, firstBad, lastGood }) => [name, leg, firstBad, lastGood])).toEqual([
      ['none debian:7.3 x86_64 zpool-off lockdep', 'after', null, aNight(23).id],
      ['zsmalloc-deferred-handles debian:6.1 arm64 zpool-on kasan', null, aNight(19).id, aNight(18).id],
      ['zsmalloc-deferred-handles debian:6.1 x86_64 zpool-on kasan', null, null, aNight(23).id],
    ])
  })

  test('have one flaky kernel, with the exact interval of its rate', () => {
    const [low, high] = failureRateInterval(4, 57)
    expect(history.flaky).toMatchObject([
      {
        ...{ series: 'none', basis: 'same kernel', failed: 4, boots: 57, low, high },
        ...{ titles: ['possible deadlock in zram_write_page'], failedIn: [3, 9, 10, 17].map((one) => aNight(one).id) },
      },
    ])
  })

  test('have figures by kernel; a build from the cache is none', () => {
    const kernel = history.kernels.find(({ arch, leg }) => arch === 'x86_64' && leg === 'after')!
    expect(kernel.figures.map(({ name, points }) => [name, points.length])).toEqual([
      ['build', 4],
      ['boot', 24],
      ['pages', 24],
      ['hits', 24],
    ])
    const patched = history.kernels.find(({ arch, leg }) => arch === 'arm64' && leg === 'after')!
    const size = patched.figures.find(({ name }) => name === 'object')!
    expect([size.file, size.points[0]?.value, size.points.at(-1)?.value]).toEqual(['mm/zsmalloc.o', 29_000, 29_112])
  })

  test.each(historyFormats)('are a page as %s that names all of it', async (format) => {
    const page = await renderHistory(format, history)
    for (const part of [
      'possible deadlock in zram_write_page'.split('_')[0]!,
      aNight(19).id,
      aNight(0).id,
      'zsmalloc.o',
    ])
      expect(page).toContain(part)
  })

  test('are a page without a script of their own, and a summary of what is bad', async () => {
    expect((await renderHistory('html', history)).match(/<script/g)).toHaveLength(1)
    expect(summaryOf(history)).toMatchObject({ tone: 'bad', text: '1 of 3 bad' })
  })
})

describe('the first bad run', () => {
  const firstBad = (...nights: readonly RunResult[]) => of(nights).rows[0]!.firstBad
  test('is the first after the last good one', () => {
    expect(firstBad(boots(1, ['fail']), boots(2, ['pass']), boots(3, ['fail']), boots(4, ['fail']))).toBe('night-3')
    expect(firstBad(boots(1, ['fail']), boots(2, ['pass']))).toBeNull()
  })
  test('is not moved by a run that says nothing of the kernel', () => {
    expect(firstBad(boots(1, ['pass']), boots(2, ['fail']), boots(3, ['error']), boots(4, ['fail']))).toBe('night-2')
    expect(firstBad(boots(1, ['pass']), boots(2, ['error']))).toBeNull()
  })
  test('is not forgiven by the few boots of a run that was interrupted', () => {
    const cut = { ...boots(3, ['pass']), interrupted: true }
    expect(firstBad(boots(1, ['pass']), boots(2, ['fail']), cut)).toBe('night-2')
    expect(firstBad(boots(1, ['pass']), { ...boots(2, ['fail']), interrupted: true })).toBe('night-2')
  })
  test('is none for a kernel without the patch, which is to fail', () => {
    const run = aRun({ pairs: [], cells: [aCrash()], verdict: 'fail' })
    expect(of([run]).rows).toMatchObject([{ leg: 'before', firstBad: null }])
    expect(summaryOf(of([{ ...run, verdict: 'pass' }])).tone).not.toBe('bad')
  })
})

describe('a kernel is flaky', () => {
  const flaky = (...nights: readonly RunResult[]) =>
    of(nights).flaky.map(({ basis, failed, boots: all }) => [basis, failed, all])
  test.each<[string, RunResult[], unknown[]]>([
    ['when boots of one kernel differ', [boots(1, ['pass', 'fail', 'pass'])], [['same kernel', 1, 3]]],
    ['when runs of one kernel differ', [boots(1, ['pass']), boots(2, ['fail'])], [['same kernel', 1, 2]]],
    ['not when the code changed once', [boots(1, ['pass'], 'a'), boots(2, ['fail'], 'b'), boots(3, ['fail'], 'c')], []],
    [
      'when it changed there and back',
      [boots(1, ['pass'], 'a'), boots(2, ['fail'], 'b'), boots(3, ['pass'], 'c')],
      [['kernels differ', 1, 3]],
    ],
    ['not by errors of the host', [boots(1, ['pass', 'error']), boots(2, ['pass'])], []],
    [
      'by the boots of those kernels alone',
      [boots(1, ['pass', 'fail'], 'a'), boots(2, ['pass', 'pass'], 'b')],
      [['same kernel', 1, 2]],
    ],
    ['not when it always fails', [boots(1, ['fail']), boots(2, ['fail'])], []],
  ])('%s', (_, nights, expected) => expect(flaky(...nights)).toEqual(expected))

  const other = (run: RunResult, part: Partial<RunResult['cells'][number]>, zsharness = 'a'): RunResult => ({
    ...run,
    versions: { ...run.versions, zsharness },
    cells: run.cells.map((cell) => ({ ...cell, ...part })),
  })
  test.each<[string, RunResult]>([
    ['of another zsharness, with another guest', other(boots(2, ['fail']), {}, 'b')],
    ['with other lanes', other(boots(2, ['fail']), { lanes: ['reuse'] })],
    ['with other settings', other(boots(2, ['fail']), { request: { ...aRequest(), amplify: false } })],
  ])('not with boots %s', (_, second) => expect(flaky(other(boots(1, ['pass']), {}), second)).toEqual([]))
  test('with boots of another seed', () => {
    const seeds = ['1', '2'].map((seed) => ({ request: { ...aRequest(), seed } }))
    expect(flaky(other(boots(1, ['pass']), seeds[0]!), other(boots(2, ['fail']), seeds[1]!))).toEqual([
      ['same kernel', 1, 2],
    ])
  })

  test('on each machine by itself', () => {
    const other = boots(2, ['fail'])
    const cells = other.cells.map((cell) => ({ ...cell, machine: 'kvm' }))
    expect(flaky(boots(1, ['pass']), { ...other, cells })).toEqual([])
  })
})

test('a row whose last night says nothing is not called good', () => {
  const row = of([boots(1, ['pass']), boots(2, ['error'])]).rows[0]!
  expect([lastOf(row)?.run, rowToneOf(row), row.lastGood]).toEqual(['night-2', 'broken', 'night-1'])
  const bad = of([boots(1, ['fail']), boots(2, ['error'])]).rows[0]!
  expect([lastOf(bad)?.run, rowToneOf(bad)]).toEqual(['night-1', 'bad'])
})

test('an experiment with an extra patch has a row of its own', () => {
  const planted = boots(2, ['fail'])
  const request = { ...aRequest(), extraPatchFiles: ['/tmp/fault.patch'] }
  const cells = planted.cells.map((cell) => ({ ...cell, request }))
  expect(
    of([boots(1, ['pass']), { ...planted, cells }]).rows.map(({ series, firstBad }) => [series, firstBad]),
  ).toEqual([
    ['zsmalloc-deferred-handles', null],
    ['zsmalloc-deferred-handles with extra patches', 'night-2'],
  ])
})

test('a night without a page is one of 0', () => {
  const night = (day: number, writtenBackPages: number): RunResult => {
    const run = boots(day, ['pass'])
    const [{ evidence }] = aNight(0).cells as [RunResult['cells'][number]]
    const lanes = evidence.lanes.map((lane) => ({ ...lane, writtenBackPages, elapsedMs: 1000 }))
    return { ...run, cells: run.cells.map((cell) => ({ ...cell, evidence: { ...cell.evidence, lanes } })) }
  }
  const { figures } = of([night(1, 8), night(2, 0)]).kernels[0]!
  expect(figures.find(({ name }) => name === 'pages')!.points.map(({ value }) => value)).toEqual([8, 0])
})

test('several runs of a day are told apart by their times', () => {
  const runs = [boots(1, ['pass']), { ...boots(2, ['pass']), startedAt: '2026-11-01T13:05:00Z' }]
  expect([...columnsOf(of(runs).runs).values()]).toEqual(['2026-11-01', '13:05'])
})

describe('no boot counts twice', () => {
  const [a, b] = [boots(1, ['pass', 'fail']), boots(2, ['pass', 'fail'])]
  test('of a copy of a run', () => {
    const [one, two] = [...read([a]), ...read([a])]
    const history = historyOf('r', [one!, { ...two!, folder: 'copy' }], [])
    expect(history.flaky).toMatchObject([{ failed: 1, boots: 2 }])
    expect(history.notRead).toMatchObject([{ why: expect.stringContaining('its boots are in') }])
  })
  test('of shards beside the run that they were merged into', () => {
    const merged = aRun({ ...a, id: 'merged', cells: [...a.cells, ...b.cells] })
    const history = of([a, b, merged])
    expect(history.runs.map(({ id }) => id)).toEqual(['merged'])
    expect(history.notRead.map(({ folder }) => folder)).toEqual(['night-1', 'night-2'])
  })
  test('and a run without a boot is no part of another', () => {
    expect(of([a, aRun({ id: 'empty', interrupted: true, pairs: [], cells: [] })]).runs).toHaveLength(2)
  })
})

test('a run of an older zsharness has no place in its pair, and is read', () => {
  const { tree: _, series: __, name: ___, ...pair } = aPair()
  const { phases: ____, plan: _____, ...old } = aRun({ pairs: [pair as never] })
  const parsed = parseLean(JSON.stringify(old))
  expect(parsed).toHaveProperty('run')
  expect(of([old as RunResult]).rows).toMatchObject([
    { tree: 'debian:6.1', series: 'zsmalloc-deferred-handles', leg: null },
  ])
})

test.each([
  ['{"schemaVersion": 1, "id', /cut off or damaged/],
  ['', /cut off or damaged/],
  ['{"schemaVersion": 2}', /schema version 2, not 1/],
  ['[]', /schema version none/],
  ['null', /schema version none/],
  ['{"schemaVersion": 1, "id": 5}', /is not of a run/],
  [JSON.stringify({ ...aRun(), cells: [{ ...aCell(), timings: null }] }), /cells\.0\.timings/],
])('%s is not read, and the reason is given', (text, why) => {
  expect(parseLean(text)).toEqual({ why: expect.stringMatching(why) })
})

test('text of a kernel changes neither page nor table', async () => {
  const text = '<script>alert(1)</script> | `x` \u001b[31m \u0000 [a](b)\n::error::'
  const cell = aCell({ verdict: 'fail', reason: text, tree: text, findings: [aFinding({ title: text })] })
  const again = { ...cell, run: 2, verdict: 'pass' as const, findings: [], timings: { ...cell.timings, bootMs: 7 } }
  const runs = read([
    aRun({ pairs: [], cells: [cell, again], plan: { name: text, shard: null, cells: [], leftOut: {} } }),
  ])
  const history = historyOf(text, runs, [{ folder: text, why: text }])
  const page = await renderHistory('html', history)
  expect(page.match(/<script/g)).toHaveLength(1)
  const markdown = await renderHistory('markdown', history)
  expect(markdown).not.toMatch(/[\u0000-\u0008\u000b-\u001f]|^::error|(?<!`)<script>/m)
  expect(JSON.parse(await renderHistory('json', history))).toEqual(history)
})
