// SPDX-License-Identifier: MIT

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mustRun, selectCases } from '../commands/shared/cases.ts'
import { touchedBy } from '../inputs/series/diff.ts'
import { listSeries } from '../inputs/series/load.ts'
import { parseYaml } from '../inputs/yaml/load.ts'
import type { UsageError } from '../model/errors.ts'
import type { CellResult, Finding } from '../model/results.ts'
import type { CaseStatus } from '../model/words.ts'
import { findingOf } from '../verdict/observation.ts'
import { type Case, casesOf, loadCases } from './plan.ts'
import { type CaseResult, caseResult, listedCase } from './result.ts'
import { selftestSchema } from './schema.ts'
import { exitCodeOf, statusOf } from './status.ts'
import { markdownTable, plainTable, summaryOf } from './table.ts'

const cases = await loadCases()
const caseNamed = (name: string): Case => cases.find((one) => one.name === name)!

const finding = (oracle: string, kind: string, title = `${kind} seen`): Finding =>
  findingOf(oracle, { kind, title, detail: '' })

const cell = (verdict: CellResult['verdict'], ...findings: Finding[]): CellResult =>
  ({
    verdict,
    reason: `was ${verdict}`,
    findings,
    timings: { treeMs: 0, buildMs: 21_400, bootMs: 4_000, lanesMs: 8_500 },
    kernel: { version: '6.1.192', key: 'k', cached: false, compiled: 7 },
  }) as unknown as CellResult

describe('the folder of wrong versions', () => {
  test('has at least 25 that must be caught, of every kind', () => {
    const caught = cases.filter(({ type, equivalent }) => type === 'mutant' && equivalent === null)
    expect(caught.length).toBeGreaterThanOrEqual(25)
    const kinds = ['config-off', 'counter', 'freelist', 'huge', 'leak', 'lifetime', 'lock', 'loop', 'tag']
    expect([...new Set(caught.map(({ kind }) => kind))].sort()).toEqual(kinds)
  })

  test('has one small patch for each, whose mail says what is wrong', async () => {
    for (const { name, patch } of cases.filter(({ type }) => type === 'mutant')) {
      const text = await readFile(patch!, 'utf8')
      expect(touchedBy(text), name).toEqual(['mm/zsmalloc.c'])
      expect(text, name).toMatch(/^Subject: \[PATCH\] zsmalloc: .+\n\nWrong on purpose\. /m)
      expect(text.split('\n').filter((line) => /^[+-](?![+-])/.test(line)).length, name).toBeLessThanOrEqual(20)
    }
  })

  test('is not a series', async () => {
    expect(await listSeries()).not.toContain('selftest')
  })

  test('has unique case names and the correct patch as a control', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
    expect(cases.filter(({ type }) => type === 'control').length).toBeGreaterThan(0)
  })
})

describe('selftest.yaml', () => {
  const parse = (mutant: string) =>
    parseYaml(`controls: []\ncanaries: []\nmutants:\n  - ${mutant}\n`, 's.yaml', selftestSchema, 'README.md')

  test('has defaults for config, lane and length', () => {
    const [one] = casesOf(parse('{file: a.patch, kind: leak, expect: [{oracle: balance}]}'), '/p')
    expect(one).toMatchObject({ name: 'a', config: 'zpool-on', profile: 'kasan', lanes: ['restore'], seconds: 8 })
    expect(one?.patch).toBe(join('/p', 'a.patch'))
  })

  test('requires either what catches a mutant or why nothing can', () => {
    expect(() => parse('{file: a.patch, kind: leak}')).toThrow(/what catches it/)
    expect(() => parse('{file: a.patch, kind: leak, expect: [{oracle: data}], equivalent: x}')).toThrow(
      /what catches it/,
    )
    expect(() => parse('{file: a.patch, kind: leek, expect: [{oracle: data}]}')).toThrow(/did you mean leak/)
  })
})

describe('selecting', () => {
  test('takes all cases, or one type and the controls, or those that match a glob', () => {
    expect(selectCases(cases, {})).toEqual(cases)
    expect(new Set(selectCases(cases, { canaries: true }).map(({ type }) => type))).toEqual(
      new Set(['control', 'canary']),
    )
    const leaks = selectCases(cases, { only: ['leak-*'], mutants: true })
    expect(leaks.length).toBeGreaterThan(2)
    expect(leaks.every(({ name }) => name.startsWith('leak-'))).toBe(true)
  })

  test('names the nearest case when none matches', () => {
    expect(() => selectCases(cases, { only: ['leek-*'] })).toThrow(/leek-\*/)
    const { name } = cases.at(-1)!
    const error = (() => {
      try {
        return selectCases(cases, { only: [`${name}x`] })
      } catch (caught) {
        return caught as UsageError
      }
    })()
    expect(error).toMatchObject({ hint: expect.stringMatching(`did you mean ${name}\\? .*selftest\\.yaml`) })
  })

  test('boots an equivalent version only when it is named', () => {
    const same = cases.find(({ equivalent }) => equivalent !== null)!
    expect(mustRun(same, {})).toBe(false)
    expect(mustRun(same, { only: [same.name] })).toBe(true)
  })
})

describe('the status of a case', () => {
  const leak = { expect: [{ oracle: 'balance', kind: 'handle-leak' }] }
  const uaf = { expect: [{ oracle: 'console', kind: 'kasan', title: 'use-after-free' }] }

  test('caught needs the right oracle, kind and title', () => {
    expect(statusOf(leak, cell('fail', finding('balance', 'handle-leak')))).toBe('caught')
    expect(statusOf(leak, cell('fail', finding('balance', 'page-leak')))).toBe('misnamed')
    expect(statusOf(leak, cell('fail', finding('console', 'handle-leak')))).toBe('misnamed')
    expect(statusOf(uaf, cell('fail', finding('console', 'kasan', 'KASAN: use-after-free in f')))).toBe('caught')
    expect(statusOf(uaf, cell('fail', finding('console', 'kasan', 'KASAN: double-free in f')))).toBe('misnamed')
  })

  test('a clean boot is not enough', () => {
    expect(statusOf(leak, cell('pass'))).toBe('missed')
    expect(statusOf(leak, cell('inconclusive'))).toBe('missed')
    expect(statusOf(leak, cell('error'))).toBe('error')
  })

  test('a known finding catches nothing', () => {
    const known = { ...finding('balance', 'handle-leak'), known: true }
    expect(statusOf(leak, cell('fail', known))).toBe('misnamed')
  })

  test('the correct patch must pass', () => {
    expect(statusOf({ expect: [] }, cell('pass'))).toBe('clean')
    expect(statusOf({ expect: [] }, cell('fail', finding('data', 'lost-data')))).toBe('false-alarm')
    expect(statusOf({ expect: [] }, cell('inconclusive'))).toBe('unproven')
  })

  test.each<[CaseStatus[], number]>([
    [['caught', 'clean', 'listed'], 0],
    [['caught', 'missed'], 1],
    [['caught', 'misnamed'], 1],
    [['caught', 'false-alarm'], 1],
    [['caught', 'unproven'], 1],
    [['caught', 'error'], 3],
    [['missed', 'error'], 1],
  ])('%j exits %i', (statuses, code) => {
    expect(exitCodeOf(statuses)).toBe(code)
  })
})

describe('the table', () => {
  const caught = caseResult(
    caseNamed('leak-on-failed-reclaim'),
    [cell('fail', finding('balance', 'handle-leak', 'a | b'))],
    'r',
  )
  const clean = caseResult(caseNamed('correct'), [cell('pass'), cell('pass')], 'r')
  const listed = listedCase(caseNamed('same-restore-after-putback'))
  const rows: readonly CaseResult[] = [clean, caught, listed]

  test('counts only booted cases', () => {
    expect(summaryOf({ cases: rows })).toBe(
      '1 of 1 wrong versions caught; the correct patch clean in 2 boots; 1 equivalent versions listed',
    )
  })

  test('has the times of build and guest, and escapes Markdown', () => {
    expect(plainTable({ cases: rows })).toMatch(
      /^leak-on-failed-reclaim +leak +zpool-on +restore +caught .* 21 s +13 s$/m,
    )
    expect(markdownTable({ cases: rows })).toContain('balance: a \\| b')
    expect(markdownTable({ cases: rows })).toMatch(/same-restore-after-putback .* equivalent /)
  })

  test('one false alarm among many boots of the correct patch counts', () => {
    const cells = [cell('pass'), cell('fail', finding('data', 'lost-data')), cell('pass')]
    expect(caseResult(caseNamed('correct'), cells, 'r')).toMatchObject({ status: 'false-alarm', boots: 3 })
  })
})
