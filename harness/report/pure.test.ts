// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { type GuestRecord, parseRecord } from '../guest/records.ts'
import { aFinding, aSplat } from '../testing/runs.ts'
import { type Coverage, coverageSchema } from '../verdict/coverage/schema.ts'
import { readPatch } from './difflines.ts'
import { roundUp } from './html/chart.tsx'
import { count, many, short } from './html/words.ts'
import { ranLines } from './ran.ts'
import { findingInTree, splatInTree } from './sources.ts'
import { timelineOf } from './timeline.ts'

test.each([
  [0, 1],
  [1, 1],
  [3, 5],
  [7, 10],
  [1001, 2000],
  [0.03, 0.05],
])('an axis for %f ends at %f', (value, top) => expect(roundUp(value)).toBeCloseTo(top))

test.each([
  [950, '950'],
  [1234, '1.2k'],
  [38_000, '38k'],
  [999_600, '1.0M'],
  [2.5, '2.5'],
])('%f in short is %s', (value, text) => expect(short(value)).toBe(text))

test('counts have thin spaces, and nouns their plural', () => {
  expect(count(1_234_567)).toBe('1\u202f234\u202f567')
  expect([many(1, 'boot'), many(0, 'boot')]).toEqual(['1 boot', '0 boots'])
})

describe('a patch', () => {
  const text = `From: x
Subject: y

--- not a diff
---
 mm/a.c | 2 +-

diff --git a/mm/a.c b/mm/a.c
--- a/mm/a.c
+++ b/mm/a.c
@@ -10,3 +10,4 @@ int f(void)
 same
-gone
+new
+--- more
 end
--${' '}
2.39
`
  test('is read with the lines of the patched file', () => {
    const { message, lines } = readPatch(text)
    expect(message).toContain('Subject: y')
    expect(lines.map(({ kind, line }) => [kind, line])).toEqual([
      ['file', null],
      ['file', null],
      ['file', null],
      ['hunk', null],
      ['same', 10],
      ['del', null],
      ['add', 11],
      ['add', 12],
      ['same', 13],
    ])
    expect(lines.at(-1)?.file).toBe('mm/a.c')
  })
  test('without a diff has only a message', () => {
    expect(readPatch('no diff at all')).toEqual({ message: 'no diff at all', lines: [] })
  })
  test('of a merge, which cannot be parsed, is shown without places', () => {
    const merge = '--- a/b.c\n+++ b/b.c\n@@@ -1,1 -1,1 +1,1 @@@\n++x\n'
    const { lines } = readPatch(`${text}diff --cc b.c\n${merge}`)
    const at = lines.findIndex((line) => line.file === null)
    expect(lines[at - 1]).toMatchObject({ text: ' end', line: 13 })
    expect(lines.slice(at).map((line) => [line.kind, line.text, line.line])).toEqual(
      merge
        .trimEnd()
        .split('\n')
        .map((line) => ['same', line, null]),
    )
  })
})

test('places in a build folder of the cache are named from the root of the sources', () => {
  const at = '/tmp/cache/builds/.staging-x86_64-63/src/mm/zsmalloc.c'
  const finding = aFinding({ file: at, detail: `a (${at}:1) <- b (mm/zpool.c:2)` })
  expect(findingInTree(finding)).toMatchObject({
    file: 'mm/zsmalloc.c',
    detail: 'a (mm/zsmalloc.c:1) <- b (mm/zpool.c:2)',
  })
  const [frame] = aSplat().frames
  const splat = splatInTree(aSplat({ frames: [{ ...frame!, location: `${at}:901` }] }))
  expect(splat.frames[0]?.location).toBe('mm/zsmalloc.c:901')
})

describe('executed lines', () => {
  const diff = '--- a/a.c\n+++ b/a.c\n@@ -1 +1,4 @@\n+int x;\n+x = 1;\n+}\n same\n'
  const { lines } = readPatch(diff)
  const boot = (count: number): Coverage =>
    coverageSchema.parse({
      files: [
        {
          file: 'a.c',
          lines: [
            { line: 41, text: 'int x;', count: null },
            { line: 42, text: 'x = 1;', count, lanes: { race: count } },
            { line: 43, text: '}', count: 0 },
          ],
        },
      ],
    })
  test('are found where the patch was applied, and add up over boots', () => {
    const ran = ranLines(lines, [boot(2), boot(3)])
    const counts = lines.filter(({ kind }) => kind === 'add').map((line) => ran.get(line)?.count)
    expect(counts).toEqual([null, 5, 0])
    expect(ran.get(lines.find(({ text }) => text === '+x = 1;')!)?.lanes).toEqual({ race: 5 })
  })
  test('of another file are ignored', () => {
    const other = { file: 'b.c', lines: [{ line: 1, text: 'int x;', count: 1, lanes: {} }] }
    expect(ranLines(lines, [{ files: [other] }]).size).toBe(0)
  })
})

describe('counters over time', () => {
  const records: GuestRecord[] = [0, 1, 2, 3].map((s) => {
    const sample = {
      seq: s,
      t: 'sample',
      ms: 5000 + 1000 * s,
      lane: 'race',
      elapsedMs: 1000 * s,
      zswap: { written_back_pages: 10 * s * s, stored_pages: 100 + s },
      pages: { written: 0, verified: 0, wrong: 0, freed: 0 },
      race: null,
    }
    const parsed = parseRecord(JSON.stringify(sample))
    if (!('record' in parsed)) throw new Error(parsed.problem)
    return parsed.record
  })
  test('are curves and rates by the second', () => {
    const { storedPages, writebacksPerS, hits, endS } = timelineOf(records)
    expect(endS).toBe(3)
    expect(storedPages.map(({ value }) => value)).toEqual([100, 101, 102, 103])
    expect(writebacksPerS.map(({ s, value }) => [s, value])).toEqual([
      [1, 10],
      [2, 30],
      [3, 50],
    ])
    expect(hits).toEqual([])
  })
  test('of a guest without records are empty', () => {
    expect(timelineOf([])).toMatchObject({ endS: 0, storedPages: [], bands: [] })
  })
})
