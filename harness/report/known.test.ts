// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { jsonErrors, sarifErrors } from '../testing/formats.ts'
import { aCell, aCrash, aFinding, aReport, aRun } from '../testing/runs.ts'
import { htmlReport } from './html/page.tsx'
import { jsonReport } from './json.ts'
import { junitReport } from './junit.ts'
import { knownNotes } from './known.ts'
import { ktapReport } from './ktap.ts'
import { parseRun } from './load.ts'
import { markdownReport } from './markdown.ts'
import { sarifReport } from './sarif.ts'

const unused = aFinding({
  oracle: 'warnings',
  kind: 'warning',
  title: 'obj_allocated defined but not used',
  file: 'mm/zsmalloc.c',
  line: 945,
  known: true,
  reason: 'nothing calls it',
  remedy: 'make it static inline',
})
const off = { config: 'zpool-off-nocompact', findings: [unused] }
const cells = [aCrash(), aCell(), aCell({ ...off, leg: 'before', findings: [] }), aCell(off), aCell({ ...off, run: 2 })]
const report = aReport(aRun({ cells }))

test('a known finding of several boots is named once', () => {
  expect(knownNotes(cells)).toMatchObject([
    { title: unused.title, kernels: ['x86_64-zpool-off-nocompact-kasan-after'], remedy: 'make it static inline' },
  ])
})

describe('the top of a fixed run names a known finding with its place and remedy', () => {
  const LINE =
    'known warning in x86_64-zpool-off-nocompact-kasan-after: obj_allocated defined but not used (mm/zsmalloc.c:945); nothing calls it; remedy: make it static inline'

  test('html: before the first section', () => {
    const page = htmlReport(report)
    expect(page.slice(0, page.indexOf('<section>'))).toContain(LINE)
  })
  test('markdown: before the tables', () => {
    const text = markdownReport(report)
    expect(text.slice(0, text.indexOf('###')).replaceAll('\\', '')).toContain(LINE)
  })
  test.each([
    ['junit', junitReport],
    ['ktap', ktapReport],
  ])('%s: in the first suite, as a skipped test', (_, format) => {
    const text = format(report)
    const first = text.slice(0, text.search(/<\/testsuite>|\nok 1 /))
    expect(first).toContain(LINE)
    expect(first).toMatch(/<skipped|# SKIP/)
  })
  test('sarif: as a notification of the run, and in its result', () => {
    const log = JSON.parse(sarifReport(report))
    expect(sarifErrors(sarifReport(report))).toBe('')
    expect(log.runs[0].invocations[0].toolExecutionNotifications).toEqual([{ level: 'note', message: { text: LINE } }])
    expect(JSON.stringify(log.runs[0].results)).toContain('Remedy: make it static inline')
  })
  test('json: beside the verdict, and in the cell', () => {
    const json = JSON.parse(jsonReport(report))
    expect(jsonErrors(jsonReport(report))).toBe('')
    expect(json).toMatchObject({ verdict: 'fixed', knownFindings: [{ title: unused.title, remedy: unused.remedy }] })
    expect(json.cells[3].findings[0].remedy).toBe(unused.remedy)
  })
})

test('a run.json of before has no remedies, exposure or terms', () => {
  const then = JSON.parse(JSON.stringify(aRun({ cells })))
  delete then.confidence
  delete then.expect
  for (const cell of then.cells) {
    delete cell.exposure
    for (const finding of cell.findings) {
      delete finding.reason
      delete finding.remedy
    }
  }
  const run = parseRun(JSON.stringify(then), 'run.json')
  expect(run).toMatchObject({ confidence: 0.99, expect: 'fixed' })
  expect(run.cells[3]).toMatchObject({ exposure: null, findings: [{ reason: null, remedy: null }] })
  expect(htmlReport(aReport(run))).toContain('obj_allocated')
})
