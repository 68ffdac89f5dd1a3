// SPDX-License-Identifier: MIT

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mustRun, type Selection, selectCases } from '../commands/shared/cases.ts'
import { touchedBy } from '../inputs/series/diff.ts'
import { listSeries } from '../inputs/series/load.ts'
import { parseYaml } from '../inputs/yaml/load.ts'
import type { UsageError } from '../model/errors.ts'
import type { CellResult, Finding } from '../model/results.ts'
import type { CaseStatus } from '../model/words.ts'
import { findingOf } from '../verdict/observation.ts'
import { type Case, casesOf, selftestDir } from './plan.ts'
import { type CaseResult, caseResult, listedCase } from './result.ts'
import { selftestSchema } from './schema.ts'
import { loadSets, setFor } from './sets.ts'
import { exitCodeOf, statusOf } from './status.ts'
import { markdownTable, plainTable, summaryOf } from './table.ts'

const sets = await loadSets()
const { cases } = setFor(sets, '6.1.192')
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

describe('the wrong versions of the series on 6.1', () => {
  test('has at least 25 that must be caught, of every kind', () => {
    const caught = cases.filter(({ type, equivalent }) => type === 'mutant' && equivalent === null)
    expect(caught.length).toBeGreaterThanOrEqual(25)
    const kinds = ['config-off', 'counter', 'freelist', 'huge', 'leak', 'lifetime', 'lock', 'loop', 'tag']
    expect([...new Set(caught.map(({ kind }) => kind))].sort()).toEqual(kinds)
  })

  test('are in a folder that is not a series', async () => {
    expect(await listSeries()).not.toContain('selftest')
  })
})

describe.each(['6.12.117', '7.3.4'])('the set for %s', (version) => {
  const set = setFor(sets, version)
  const mutants = set.cases.filter(({ type }) => type === 'mutant')

  test('has at least ten wrong versions of the tree as it is, in both files', async () => {
    expect(set.series).toBe('none')
    expect(mutants.filter(({ equivalent }) => equivalent === null).length).toBeGreaterThanOrEqual(10)
    const touched = await Promise.all(mutants.map(async ({ patch }) => touchedBy(await readFile(patch!, 'utf8'))))
    expect([...new Set(touched.flat())].sort()).toEqual(['mm/zsmalloc.c', 'mm/zswap.c'])
  })

  test('boots the unmodified kernel in every lane that catches a fault', () => {
    const controls = set.cases.filter(({ type }) => type === 'control')
    expect(new Set(controls.map(({ kind }) => kind))).toEqual(new Set(['unmodified kernel']))
    const booted = controls.flatMap(({ lanes }) => lanes)
    for (const { lanes } of mutants) for (const lane of lanes) expect(booted).toContain(lane)
  })
})

describe('the sets', () => {
  test('have one small patch for each wrong version, whose mail says what is wrong', async () => {
    for (const { name, patch, type } of sets.flatMap((set) => set.cases)) {
      if (type !== 'mutant') continue
      const text = await readFile(patch!, 'utf8')
      const [file] = touchedBy(text)
      expect(touchedBy(text), name).toEqual([expect.stringMatching(/^mm\/(zswap|zsmalloc)\.c$/)])
      const area = file!.slice('mm/'.length, -'.c'.length)
      expect(text, name).toMatch(new RegExp(`^Subject: \\[PATCH\\] ${area}: .+\n\nWrong on purpose\\. `, 'm'))
      expect(text.split('\n').filter((line) => /^[+-](?![+-])/.test(line)).length, name).toBeLessThanOrEqual(20)
    }
  })

  test('have unique case names and correct code as a control', () => {
    for (const { yaml, cases } of sets) {
      expect(new Set(cases.map(({ name }) => name)).size, yaml).toBe(cases.length)
      expect(cases.filter(({ type }) => type === 'control').length, yaml).toBeGreaterThan(0)
    }
  })

  test('are on top of series that there are', async () => {
    const known = ['none', ...(await listSeries())]
    for (const { series } of sets) expect(known).toContain(series)
  })

  test.each([
    ['6.1', 'zsmalloc-deferred-handles'],
    ['6.1.192', 'zsmalloc-deferred-handles'],
    ['6.2-rc4', 'zsmalloc-deferred-handles'],
    ['6.12', 'none'],
    ['6.12.117', 'none'],
    ['7.3.4', 'none'],
  ])('one alone is for %s', (version, series) => {
    expect(setFor(sets, version).series).toBe(series)
    const others = sets.filter((set) => set !== setFor(sets, version))
    expect(() => setFor(others, version)).toThrow(/no set for Linux/)
  })

  test.each(['6.0.19', '6.11.11', '6.12-rc7', '6.13-rc1', '7.2.6', '7.4-rc1'])('none is for %s', (version) => {
    const error = (() => {
      try {
        return setFor(sets, version)
      } catch (caught) {
        return caught as UsageError
      }
    })()
    expect(error).toMatchObject({
      message: `the self-test has no set for Linux ${version}`,
      hint: expect.stringMatching(
        />=6\.1 .*patches\/selftest\/selftest\.yaml.*>=6\.12 .*selftest\/6\.12\/selftest\.yaml/,
      ),
    })
  })
})

describe('selftest.yaml', () => {
  const parse = (mutant: string) =>
    parseYaml(
      `versions: '*'\nseries: none\ncontrols: []\ncanaries: []\nmutants:\n  - ${mutant}\n`,
      's.yaml',
      selftestSchema,
      'README.md',
    )

  test('has defaults for config, lane and length', () => {
    const [one] = casesOf(parse('{file: a.patch, kind: leak, expect: [{oracle: balance}]}'), '/p')
    expect(one).toMatchObject({ name: 'a', config: 'zpool-on', profile: 'kasan', lanes: ['restore'], seconds: 8 })
    expect(one?.patch).toBe(join('/p', 'a.patch'))
  })

  test('requires a range of versions', () => {
    const text = 'versions: newest\nseries: none\ncontrols: []\ncanaries: []\nmutants: []\n'
    expect(() => parseYaml(text, 's.yaml', selftestSchema, 'README.md')).toThrow(/versions: is not a version range/)
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
  const select = (flags: Selection) => selectCases(cases, flags, join(selftestDir(), 'selftest.yaml'))

  test('takes all cases, or one type and the controls, or those that match a glob', () => {
    expect(select({})).toEqual(cases)
    expect(new Set(select({ canaries: true }).map(({ type }) => type))).toEqual(new Set(['control', 'canary']))
    const leaks = select({ only: ['leak-*'], mutants: true })
    expect(leaks.length).toBeGreaterThan(2)
    expect(leaks.every(({ name }) => name.startsWith('leak-'))).toBe(true)
  })

  test('names the nearest case when none matches', () => {
    expect(() => select({ only: ['leek-*'] })).toThrow(/leek-\*/)
    const { name } = cases.at(-1)!
    const error = (() => {
      try {
        return select({ only: [`${name}x`] })
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

  test('names the correct code of a set on no series', () => {
    const control = setFor(sets, '6.12.117').cases[0]!
    expect(summaryOf({ cases: [caseResult(control, [cell('pass')], 'r')] })).toBe(
      'the unmodified kernel clean in 1 boots',
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
