// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { readTestimony } from '../../guest/records.ts'
import type { Bug, CellResult, RunResult } from '../../model/results.ts'
import { aCell, aCrash, aFinding, aPair, aReport, aRun, aSplat } from '../../testing/runs.ts'
import { judgePair } from '../../verdict/pair.ts'
import type { CellReport } from '../model.ts'
import { corpusOf } from './corpus.ts'
import { corpusFormats, renderCorpus } from './formats.ts'
import { corpusSchema } from './schema.ts'
import { secondsToFailure } from './seconds.ts'
import { leftOutText, summaryOf } from './words.ts'

const SERIES = 'zsmalloc-deferred-handles'
const bug = (part: Partial<Bug> = {}): Bug => ({
  series: SERIES,
  title: 'zsmalloc: fix a race',
  commit: '0123456789ab',
  cve: null,
  people: ['It was met.', 'It was bad.', 'It was silent.'],
  timing: true,
  versions: [{ versions: '>=6.1 <6.2', state: 'applies', note: 'x' }],
  ...part,
})
const run = (part: Partial<RunResult> = {}): RunResult => aRun({ corpus: [bug()], ...part })
const planOf = (cells: readonly CellResult[], shard: string | null = null): RunResult['plan'] => ({
  name: 'corpus',
  shard,
  cells: cells.map(({ id }) => id),
  leftOut: {},
})

describe('the corpus of a run', () => {
  test('has for each bug what both legs did', () => {
    const { bugs, fixed, missing } = corpusOf(aReport(run()))
    expect([fixed, missing]).toEqual([1, []])
    expect(bugs).toMatchObject([{ ...bug(), verdict: 'fixed' }])
    expect(bugs[0]!.pairs).toMatchObject([
      {
        name: 'x86_64-zpool-on-kasan',
        tree: 'debian:6.1',
        version: '6.1.192',
        verdict: 'fixed',
        symptom: { oracle: 'console', kind: 'oops', lane: 'race' },
        secondsToFailure: [1],
        before: { boots: 1, shown: 1 },
        after: { boots: 1, passed: 1 },
        exposure: [{ lane: 'race', unit: 'hits', failures: 1 }],
      },
    ])
    expect(bugs[0]!.pairs[0]!.luck).toBeLessThan(0.01)
  })

  test('takes no other failure for the bug', () => {
    const cells = [aCrash({ findings: [aFinding({ signature: false })] }), aCell()]
    const pairs = [aPair(judgePair([cells[0]!], [cells[1]!]))]
    const { bugs, fixed } = corpusOf(aReport(run({ cells, pairs })))
    expect(fixed).toBe(0)
    expect(bugs[0]!.pairs[0]).toMatchObject({ symptom: null, secondsToFailure: [], luck: null, before: { shown: 0 } })
  })

  test('is not fixed where one of its pairs is not', () => {
    const other = { config: 'zpool-off' }
    const cells = [aCrash(), aCell(), aCrash(other), aCell({ ...other, verdict: 'fail', findings: [aFinding()] })]
    const pairs = [aPair(), aPair({ ...other, verdict: 'not-fixed', reason: 'x' })]
    const { bugs, fixed } = corpusOf(aReport(run({ cells, pairs })))
    expect([fixed, bugs[0]!.verdict]).toEqual([0, 'not-fixed'])
  })

  test('is not fixed where one of its pairs only changed nothing', () => {
    const other = { config: 'zpool-off' }
    const cells = [aCrash(), aCell(), aCell({ ...other, leg: 'before' }), aCell(other)]
    const pairs = [aPair(), aPair({ ...other, verdict: 'clean', reason: 'x' })]
    for (const own of [pairs, [...pairs].reverse()]) {
      const { bugs, fixed } = corpusOf(aReport(run({ cells, pairs: own })))
      expect([fixed, bugs[0]!.verdict]).toEqual([0, 'clean'])
    }
  })

  test('says of a pair without a verdict which leg is missing, if one is', () => {
    const reasonOf = (cells: readonly CellResult[]) =>
      corpusOf(aReport(run({ cells: [...cells], pairs: [] }))).bugs[0]!.pairs[0]!.reason
    expect(reasonOf([aCrash()])).toBe('only the leg before ran')
    expect(reasonOf([aCrash(), aCell()])).toBe('both legs ran, and the run has no verdict of them')
  })

  // Its series has no entry among the bugs: nothing else on the page would say that it is one.
  test('names the cells of a series that could not be read', () => {
    const lost = aCell({
      id: 'x86_64-zpool-on-kasan-other-after',
      series: 'other',
      verdict: 'error',
      reason: 'no title',
    })
    const corpus = corpusOf(aReport(run({ cells: [aCrash(), aCell(), lost] })))
    expect(corpus.problems).toEqual(['x86_64-zpool-on-kasan-other-after: no title'])
    expect(summaryOf(corpus)).toMatchObject({ tone: 'unsure' })
    expect(summaryOf(corpus).meaning).toContain('no title')
  })

  test('is no verdict of a bug where a pair of it is missing', () => {
    const cells = [aCrash(), aCell()]
    const other = aCell({ id: `x86_64-zpool-off-kasan-${SERIES}-after`, config: 'zpool-off' })
    const { bugs, fixed } = corpusOf(aReport(run({ cells, plan: planOf([...cells, other]) })))
    expect([fixed, bugs[0]!.verdict]).toEqual([0, null])
  })

  test('says what the flags left out, and is not good where that is a whole bug', () => {
    const cells = [aCrash(), aCell()]
    const of = (leftOut: Record<string, number>) =>
      corpusOf(aReport(run({ cells, plan: { ...planOf(cells)!, leftOut } })))
    const part = of({ [SERIES]: 2 })
    expect(summaryOf(part)).toMatchObject({ tone: 'good', text: '1 of 1 bug caught' })
    expect(leftOutText(part)).toBe('The command left 2 cells of the plan out.')
    const whole = of({ [SERIES]: 2, 'zram-table': 4 })
    expect(whole.leftOut).toEqual({ cells: 6, bugs: ['zram-table'] })
    expect(summaryOf(whole)).toMatchObject({ tone: 'unsure', text: '1 of 2 bugs caught' })
    expect(summaryOf(whole).meaning).toContain('nothing is said of zram-table')
  })

  test('is not good where something of the run could not be read', () => {
    const corpus = corpusOf(aReport(run(), { problems: ['x-after finished, but is missing in run.json'] }))
    expect(summaryOf(corpus)).toMatchObject({ tone: 'unsure', text: '1 of 1 bug caught' })
    expect(summaryOf(corpus).meaning).toContain('x-after finished')
  })

  test.each<[string, Partial<RunResult>]>([
    ['no cell of it ran', { cells: [], pairs: [] }],
    ['one leg ran', { cells: [aCrash()], pairs: [] }],
    ['the other series ran', { cells: [aCrash({ series: 'x' }), aCell({ series: 'x' })] }],
  ])('has no verdict where %s', (_, part) => {
    const { bugs, fixed } = corpusOf(aReport(run(part)))
    expect([fixed, bugs[0]!.verdict]).toEqual([0, null])
  })

  test('names the cells of the plan that did not run, of a shard too', () => {
    const cells = [aCrash(), aCell()]
    for (const shard of [null, '1/2']) {
      const plan = planOf([...cells, aCell({ config: 'zpool-off' })], shard)
      const corpus = corpusOf(aReport(run({ cells, plan })))
      expect(corpus.missing).toEqual(['x86_64-zpool-off-kasan-after'])
      expect(summaryOf(corpus)).toMatchObject({ tone: 'unsure', text: '0 of 1 bug caught' })
    }
    expect(corpusOf(aReport(run({ cells, plan: planOf(cells) }))).missing).toEqual([])
  })
})

describe('the summary', () => {
  test('is good only when every bug is fixed', () => {
    expect(summaryOf(corpusOf(aReport(run()))).tone).toBe('good')
    expect(summaryOf(corpusOf(aReport(run({ corpus: [] })))).tone).not.toBe('good')
    const two = corpusOf(aReport(run({ corpus: [bug(), bug({ series: 'other' })] })))
    expect(summaryOf(two)).toMatchObject({ tone: 'unsure', text: '1 of 2 bugs caught' })
    expect(summaryOf(two).meaning).toContain('other (no verdict)')
  })
})

const { records: RECORDS } = readTestimony(
  [
    { seq: 1, t: 'laneStart', ms: 4000, lane: 'race', seconds: 10, windowUs: 0 },
    {
      ...{ seq: 2, t: 'wrongPage', ms: 6500, lane: 'race', region: 1, index: 1, generation: 1, offset: 0 },
      ...{ expected: '0', got: '1' },
    },
  ].map((record) => JSON.stringify(record)),
)

const shown = (cell: Partial<CellResult>, part: Partial<CellReport> = {}): CellReport => ({
  cell: aCrash(cell),
  splats: [],
  records: RECORDS,
  consoleTail: [],
  coverage: null,
  ...part,
})
const exposure = (failedIn: NonNullable<CellResult['exposure']>['failedIn'], seconds = 10) => ({
  lanes: [
    { lane: 'pump' as const, seconds: 8, hits: null },
    { lane: 'race' as const, seconds, hits: null },
  ],
  failedIn,
})
const LOST = aFinding({ signature: true, oracle: 'data', kind: 'lost-data', title: 'lost' })

describe('seconds to failure', () => {
  test.each<[string, CellReport, number | undefined]>([
    ['the report', shown({ exposure: exposure('race') }, { splats: [aSplat({ timeS: 5.5 })] }), 8 + 1.5],
    ['a report just before', shown({ exposure: exposure('race') }, { splats: [aSplat({ timeS: 3.9 })] }), 8],
    ['a report without a time', shown({ exposure: exposure('race', 2) }, { splats: [aSplat({ timeS: null })] }), 8 + 2],
    ['a time of another clock', shown({ exposure: exposure('race', 2) }, { splats: [aSplat({ timeS: 99 })] }), 8 + 2],
    ['the first wrong page', shown({ exposure: exposure('race'), findings: [LOST] }), 8 + 2.5],
    [
      'the end of the lane for what is found there',
      shown({ exposure: exposure('race'), findings: [{ ...LOST, oracle: 'balance' }] }),
      8 + 10,
    ],
    ['nothing outside all lanes', shown({ exposure: exposure('boot') }), undefined],
    ['nothing of another failure', shown({ exposure: exposure('race'), findings: [aFinding()] }), undefined],
    ['nothing of a known one', shown({ exposure: exposure('race'), findings: [{ ...LOST, known: true }] }), undefined],
  ])('are until %s', (_, report, expected) => {
    expect(secondsToFailure(report)).toBe(expected)
  })
})

describe('the page', () => {
  const report = aReport(run({ corpus: [bug({ cve: 'CVE-2023-53178' }), bug({ series: 'other', timing: false })] }))

  test.each(corpusFormats)('as %s names each bug, its fix, its symptom and its verdict', async (format) => {
    const text = (await renderCorpus(format, report)).replaceAll('\\', '')
    for (const part of [SERIES, 'other', '0123456789ab', 'CVE-2023-53178', 'It was silent.', 'fixed', 'debian:6.1'])
      expect(text).toContain(part)
    expect(text).toContain('general protection fault in obj_to_location')
  })

  test('as json is by its schema', async () => {
    expect(() => corpusSchema.parse(JSON.parse('{}'))).toThrow()
    corpusSchema.parse(JSON.parse(await renderCorpus('json', report)))
  })

  test('as html and as markdown has no markup of others', async () => {
    const text = '<script>alert(1)</script> | `x`'
    const cells = [aCrash({ findings: [aFinding({ signature: true, title: text })] }), aCell()]
    const hostile = aReport(run({ cells, corpus: [bug({ title: text, people: [text, text, text] })] }))
    expect(await renderCorpus('html', hostile)).not.toContain('<script>alert')
    const lines = (await renderCorpus('markdown', hostile)).split('\n').filter((line) => line.startsWith('| '))
    expect(lines.map((line) => line.split(/(?<!\\)\|/).length)).toEqual([8, 8, 8])
  })
})
