// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { CellResult } from '../model/results.ts'
import { aCell, aCrash, aFinding, aPair, aReport, aRun } from '../testing/runs.ts'
import { headlineOf } from './headline.ts'
import type { Report } from './model.ts'
import { suitesOf } from './testcases.ts'

const outcome = (report: Report): string[] =>
  suitesOf(report)
    .flatMap(({ cases }) => cases)
    .map(({ status }) => status)
const isGreen = (report: Report): boolean => outcome(report).every((status) => status === 'pass' || status === 'skip')

const leak = aFinding({ oracle: 'balance', kind: 'handle-leak', title: 'handles leak', lane: 'race' })

test.each([
  ['a fix', aRun(), true],
  ['a lone pass', aRun({ verdict: 'pass', pairs: [], cells: [aCell()] }), true],
  ['a lone failure', aRun({ verdict: 'fail', exitCode: 1, pairs: [], cells: [aCrash()] }), false],
  ['an inconclusive boot', aRun({ pairs: [], cells: [aCell({ verdict: 'inconclusive' })] }), false],
  ['an error of the host', aRun({ pairs: [], cells: [aCell({ verdict: 'error' })] }), false],
  [
    'a bug that did not show',
    aRun({ pairs: [aPair({ verdict: 'not-demonstrated' })], cells: [aCell({ leg: 'before' }), aCell()] }),
    false,
  ],
  [
    'a regression',
    aRun({
      pairs: [aPair({ verdict: 'regression' })],
      cells: [aCrash(), aCell({ verdict: 'fail', findings: [leak] })],
    }),
    false,
  ],
  ['an interrupted run', aRun({ interrupted: true, exitCode: 130 }), false],
  [
    'a pass with a known warning',
    aRun({ verdict: 'pass', pairs: [], cells: [aCell({ findings: [aFinding({ oracle: 'warnings', known: true })] })] }),
    true,
  ],
] as const)('%s is green: %#', (_, run, green) => {
  expect(isGreen(aReport(run))).toBe(green)
})

test('a cell that the run ended in is an error', () => {
  expect(outcome(aReport(aRun(), { unfinished: ['x86_64-zpool-off-kasan-after'] }))).toContain('error')
})

describe('the headline', () => {
  test('of a fix says what failed where, and what passed on which evidence', () => {
    expect(headlineOf(aReport())).toMatchObject({
      tone: 'good',
      verdict: 'fixed',
      reasons: [
        {
          where: 'x86_64 zpool-on',
          lines: [
            { text: 'fails in 1 of 1 boot: general protection fault in obj_to_location, mm/zsmalloc.c:901' },
            {
              text: 'passes in 1 of 1 boot: 912 frees inside 1300 race windows, 4000 pages written back, 9000 verified',
            },
            { label: 'confidence', tone: 'good', text: expect.stringContaining('chance of luck 0.22 %') },
          ],
        },
      ],
    })
  })

  test('of a fix without boots that were counted is unsure', () => {
    const { reasons } = headlineOf(aReport(aRun({ pairs: [aPair({ strength: null })] })))
    expect(reasons[0]?.lines[2]).toMatchObject({ tone: 'unsure', text: expect.stringContaining('not counted') })
  })

  test('of a fix by an older zsharness gives the confidence in boots', () => {
    const strength = {
      confidence: null,
      exposure: [],
      shown: 5,
      boots: 5,
      rateLow: 0.48,
      rateHigh: 1,
      passed: 5,
      luck: 0.02,
    }
    const { reasons } = headlineOf(aReport(aRun({ pairs: [aPair({ strength })] })))
    expect(reasons[0]?.lines[2]).toEqual({
      label: 'confidence',
      tone: 'good',
      text: 'without the patch 48 to 100 % of boots fail; the chance of 5 clean boots with the bug still there is 2 %',
    })
    const weak = headlineOf(aReport(aRun({ pairs: [aPair({ strength: { ...strength, luck: 0.2 } })] })))
    expect(weak.reasons[0]?.lines[2]?.tone).toBe('unsure')
  })

  test('has many boots of one kernel once', () => {
    const runs = [1, 2, 3].map((run) => (run === 2 ? aCell({ leg: 'before', run }) : aCrash({ run })))
    const { reasons } = headlineOf(aReport(aRun({ verdict: 'fail', pairs: [], cells: runs })))
    expect(reasons).toHaveLength(1)
    expect(reasons[0]).toMatchObject({ verdict: 'fail', lines: [{ text: expect.stringMatching(/^fails in 2 of 3/) }] })
  })

  test('of a failure without a pair names it', () => {
    const { meaning } = headlineOf(aReport(aRun({ verdict: 'fail', pairs: [], cells: [aCrash()] })))
    expect(meaning).toBe('A kernel failed: general protection fault in obj_to_location.')
  })

  test('of a failure begins with the worst', () => {
    const off = aCell({ config: 'zpool-off', verdict: 'fail', findings: [leak] })
    const { reasons } = headlineOf(aReport(aRun({ verdict: 'fail', cells: [aCrash(), aCell(), off] })))
    expect(reasons[0]).toMatchObject({ where: 'x86_64 zpool-off', lines: [{ tone: 'bad' }] })
  })

  test('of an interrupted run is never good', () => {
    expect(headlineOf(aReport(aRun({ interrupted: true }))).tone).toBe('unsure')
    const cut = (...cells: CellResult[]) => headlineOf(aReport(aRun({ interrupted: true, verdict: 'fail', cells })))
    expect(cut(aCrash())).toMatchObject({ tone: 'unsure', verdict: 'interrupted' })
    expect(cut(aCrash({ leg: 'after' }))).toMatchObject({ tone: 'bad', verdict: 'interrupted' })
    expect(headlineOf(aReport(aRun({ interrupted: true, cells: [], pairs: [] }))).verdict).toBe('interrupted')
  })
})
