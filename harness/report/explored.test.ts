// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { exploration, run as runSchema } from '../model/results.ts'
import { jsonErrors, sarifErrors } from '../testing/formats.ts'
import { aModelFailure, anExploration, aPair, aReport, aRun } from '../testing/runs.ts'
import { withExplored } from '../verdict/explored.ts'
import { describeModelFailure } from './explored.ts'
import { type ReportFormat, renderReport, reportFormats } from './formats.ts'
import { headlineOf } from './headline.ts'
import type { Report } from './model.ts'
import { suitesOf } from './testcases.ts'

const reportOf = (one = anExploration(), arch: 'x86_64' | 'arm64' = 'x86_64') => {
  const pairs = withExplored([aPair({ arch })], [one])
  return aReport(aRun({ pairs, explorations: [one] }))
}
const UNSURE = anExploration({ status: 'inconclusive', reason: 'after fails in a', failures: [aModelFailure()] })
const CANNOT = anExploration({ status: 'not-explored', reason: 'cannot explore this kernel: x()', path: null })

test('an exploration fits the schema of the run, and an older run has none', () => {
  expect(exploration.parse(anExploration())).toEqual(anExploration())
  const { explorations: _, ...old } = aRun()
  const { explored: __, ...pair } = aPair()
  expect(runSchema.parse({ ...old, pairs: [pair] })).toMatchObject({ explorations: [], pairs: [{ explored: null }] })
})

test('a folder outside of explore/ is no path of it', () => {
  for (const path of ['..', 'explore/..', '/etc', 'explore/a/b', 'cells'])
    expect(exploration.safeParse(anExploration({ path })).success).toBe(false)
})

// A mail is wrapped.
const rendered = async (format: ReportFormat, report: Report): Promise<string> =>
  (await renderReport(format, report)).replace(format === 'mail' ? /\s+/g : /(?!)/, ' ')

describe.each(reportFormats)('%s', (format) => {
  test('has the answer and its page', async () => {
    const text = await rendered(format, reportOf())
    expect(text).toContain('none fails')
    expect(text).toContain('explore')
    // Who gets a mail has no folder of the run.
    if (format !== 'json' && format !== 'mail') expect(text).toContain('explore/explore.html')
  })

  test('says that a failure of the model is not confirmed', async () => {
    const text = await rendered(format, reportOf(UNSURE))
    if (format !== 'json') expect(text).toContain('found in the model, not confirmed on a booted kernel')
    expect(text).toContain('shrink-free')
  })

  test('says in a line why nothing was explored', async () =>
    expect(await rendered(format, reportOf(CANNOT))).toContain('cannot explore this kernel'))
})

test('the formats stay valid', async () => {
  for (const one of [anExploration(), UNSURE, CANNOT]) {
    expect(sarifErrors(await renderReport('sarif', reportOf(one)))).toBe('')
    expect(jsonErrors(await renderReport('json', reportOf(one)))).toBe('')
  }
})

test('no exploration makes a test case fail, nor changes the verdict', () => {
  const plain = aReport()
  for (const one of [anExploration(), UNSURE, CANNOT]) {
    const cases = suitesOf(reportOf(one)).flatMap((suite) => suite.cases)
    const own = cases.filter(({ name }) => name.startsWith('exploration'))
    expect(own.map(({ status }) => status)).toEqual([one.status === 'explored' ? 'pass' : 'skip'])
    expect(cases.length).toBe(suitesOf(plain).flatMap((suite) => suite.cases).length + 1)
    const { tone, verdict, meaning } = headlineOf(reportOf(one))
    expect({ tone, verdict, meaning }).toEqual((({ reasons: _, known: __, ...rest }) => rest)(headlineOf(plain)))
  }
})

test('of a pair of another architecture it says which objects ran', () => {
  const { reasons } = headlineOf(reportOf(anExploration(), 'arm64'))
  const lines = reasons.filter(({ where }) => where.startsWith('arm64')).flatMap((reason) => reason.lines)
  expect(lines.find(({ label }) => label === 'exploration')?.text).toContain('objects of x86_64')
})

test('the bug before is not called unconfirmed', () => {
  const bug = aModelFailure({ leg: 'before', signature: true })
  expect(describeModelFailure(bug)).toContain('the bug of the series, in the model')
  expect(describeModelFailure({ ...bug, leg: 'after' })).toContain('not confirmed')
  expect(describeModelFailure({ ...bug, signature: false })).toContain('not confirmed')
})

test('one without a pair is a case of the run', () => {
  const report = aReport(aRun({ pairs: [], explorations: [anExploration()] }))
  expect(suitesOf(report)[0]!.cases.map(({ name }) => name)).toContain('exploration zpool-on')
})
