// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanDeep } from '../../lib/text/deep.ts'
import { junitErrors, NOT_PRINTED, sarifErrors } from '../../testing/formats.ts'
import type { Commit } from '../core/graph.ts'
import { bisectSuites } from './checks.ts'
import type { BisectFormat } from './formats.ts'
import { renderBisect } from './index.ts'
import { drawLanes } from './lanes.ts'
import type { BisectReport } from './model.ts'

const commit = (id: string, ...parents: string[]): Commit => ({ id, parents, subject: id, author: 'A', date: 'D' })

const PATCH = 'From x\nSubject: break it\n---\n--- a/mm/z.c\n+++ b/mm/z.c\n@@ -7,2 +7,3 @@\n a\n+b\n c\n'

const aBisection = (more: Partial<BisectReport> = {}, text = 'break it'): BisectReport => {
  const [good, old, culprit, bad] = ['g', 'o', 'c', 'b'].map((letter) => ({
    ...commit(letter.repeat(40)),
    subject: text,
  }))
  const tested = (one: Commit, standing: 'good' | 'bad', hits: number) => ({
    ...{ ...one, standing, hits, clean: 5 - hits, badness: hits > 0 ? 1 : 0.001, skipped: null, sameAs: null },
  })
  return {
    schemaVersion: 1,
    command: ['zsharness', 'bisect', '--tree', text],
    tree: 'git:linux#main',
    symptom: null,
    symptomText: text,
    confidence: 0.99,
    startedAt: '2026-11-22T20:00:00.000Z',
    durationMs: 60_000,
    bad: bad!,
    good: [good!],
    carry: [],
    end: { kind: 'culprit', commit: culprit!.id, probability: 0.995 },
    verdict: `the first bad commit is ${text}`,
    culprit: { ...culprit!, probability: 0.995, patch: PATCH },
    proof: { verdict: 'proven', why: `reverted: ${text}`, runs: 5 },
    rate: { mean: 0.5, low: 0.3, high: 0.7 },
    by: 'kernel',
    kernels: 4,
    runs: 20,
    tested: [tested(bad!, 'bad', 3), tested(good!, 'good', 0), tested(culprit!, 'bad', 2)],
    steps: [],
    graph: [old!, culprit!, bad!].map((one) => ({ ...one, probability: 0.5, standing: 'untested' as const })),
    ...more,
  }
}

describe('the checks for a CI', () => {
  const statuses = (report: BisectReport): readonly string[] =>
    bisectSuites(report)[0]!.cases.map(({ status }) => status)

  test.each<[string, Partial<BisectReport>, string]>([
    ['found and proven', {}, 'pass pass pass pass'],
    [
      'a revert does not remove the symptom',
      { proof: { verdict: 'not-proven', why: 'w', runs: 3 } },
      'pass pass pass fail',
    ],
    ['cannot be reverted', { proof: { verdict: 'no-revert', why: 'w', runs: 0 } }, 'pass pass pass skip'],
    ['not finished', { end: null, culprit: null, proof: null }, 'pass pass skip skip'],
    [
      'several commits',
      { end: { kind: 'out-of-runs', commits: [], probability: 0.9 }, culprit: null, proof: null },
      'pass pass error skip',
    ],
    [
      'the bad end is good',
      { end: { kind: 'bad-is-good', commit: 'b', runs: 9 }, tested: [], proof: null },
      'fail skip error skip',
    ],
    ['the good end is bad', { end: { kind: 'good-is-bad', commit: 'g' }, proof: null }, 'pass fail error skip'],
  ])('%s', (_, more, expected) => expect(statuses(aBisection(more)).join(' ')).toBe(expected))
})

describe('every format', () => {
  const FORMATS: readonly BisectFormat[] = ['plain', 'html', 'junit', 'ktap', 'json', 'sarif', 'markdown']

  test.each(FORMATS)('%s names the commit and has no control characters, whatever the subject', async (format) => {
    const nasty = fc.array(fc.constantFrom('\0', '\u001b[2J', ']]>', '<script>alert(1)</script>', '&', '|', 'x'))
    await fc.assert(
      fc.asyncProperty(nasty, async (parts) => {
        const text = await renderBisect(format, cleanDeep(aBisection({}, parts.join(''))))
        expect(text).not.toMatch(NOT_PRINTED)
        expect(text).toContain('cccccccccccc')
        if (format === 'html') expect(text.match(/<script/g)).toHaveLength(1)
      }),
      { numRuns: 20 },
    )
  })

  test('SARIF matches its schema and points at the added lines', async () => {
    const text = await renderBisect('sarif', aBisection())
    expect(sarifErrors(text)).toBe('')
    const [{ physicalLocation }] = JSON.parse(text).runs[0].results[0].locations
    expect(physicalLocation).toMatchObject({ artifactLocation: { uri: 'mm/z.c' }, region: { startLine: 8 } })
  })

  test('JUnit fits its schema', async () =>
    expect(await junitErrors(await renderBisect('junit', aBisection()))).toBe(''))

  test('KTAP has the right counts', async () => {
    const text = await renderBisect('ktap', aBisection())
    expect(text).toMatch(/^KTAP version 1\n1\.\.2\n {2}KTAP version 1\n {2}# Subtest: bisection\n {2}1\.\.4\n/)
    expect(text.match(/^ {2}ok /gm)).toHaveLength(7)
  })
})

describe('the drawn graph', () => {
  const rows = (...commits: Commit[]) =>
    drawLanes(commits).map(({ lane, through, into, out }) => `${lane} ${through} ${into} ${out}`)

  test('a branch stays in its lane and ends when its parent is not shown', () =>
    expect(rows(commit('c', 'b'), commit('b', 'a'), commit('a', 'older'))).toEqual(['0   0', '0  0 0', '0  0 ']))

  test('a side branch has a separate lane from its merge to its fork', () =>
    expect(rows(commit('m', 'c', 's'), commit('s', 'b'), commit('c', 'b'), commit('b', 'a'), commit('a'))).toEqual([
      '0   0,1',
      '1 0 1 1',
      '0 1 0 0',
      '0  0,1 0',
      '0  0 ',
    ]))

  test('every lane that starts ends, in any history', () => {
    const history = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 40 }).map((picks) =>
      picks.map(([first, second], i) => {
        const older = [first, second].map((n) => i + 1 + (n % 5)).filter((n) => n < picks.length)
        return commit(`${i}`, ...new Set(older.map(String)))
      }),
    )
    fc.assert(
      fc.property(history, (commits) => {
        let open: readonly number[] = []
        for (const { through, into, out } of drawLanes(commits)) {
          expect([...through, ...into].sort()).toEqual([...open].sort())
          open = [...new Set([...through, ...out])]
        }
        expect(open).toEqual([])
      }),
    )
  })
})
