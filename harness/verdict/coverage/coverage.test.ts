// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { readTestimony } from '../../guest/records.ts'
import { addedLines } from './added.ts'
import { parseGcov } from './gcov.ts'
import { listFile, summarise } from './listing.ts'
import { countersOf, gcovVariables } from './measure.ts'

test('added lines are those of the new file', () => {
  expect(
    addedLines('--- a/x\n+++ b/x\n@@ -3 +3,2 @@\n-x\n+y\n+z\n@@ -9,2 +10,0 @@\n-p\n-q\n@@ -20,0 +20 @@\n+n\n'),
  ).toEqual([3, 4, 20])
})

test("gcov's counts add up over functions, for the file asked for only", () => {
  const line = (line_number: number, count: number) => ({ line_number, count, unexecuted_block: false, branches: [] })
  const files = [
    { file: '../mm/zsmalloc.c', lines: [line(5, 2), line(5, 3), line(7, 0)] },
    { file: '../include/linux/mm.h', lines: [line(5, 9)] },
  ]
  expect([...parseGcov(JSON.stringify({ files }), 'mm/zsmalloc.c')]).toEqual([
    [5, 5],
    [7, 0],
  ])
})

test('a listing says what ran in which lane, and which lines have no code', () => {
  const lanes = new Map([
    [
      'race',
      new Map([
        [2, 4],
        [3, 0],
      ]),
    ],
    [
      'pump',
      new Map([
        [2, 1],
        [3, 0],
      ]),
    ],
  ])
  const file = listFile('a.c', 'one\ntwo\nthree\n', [1, 2, 3], lanes)
  expect(file.lines).toEqual([
    { line: 1, text: 'one', count: null, lanes: {} },
    { line: 2, text: 'two', count: 5, lanes: { race: 4, pump: 1 } },
    { line: 3, text: 'three', count: 0, lanes: { race: 0, pump: 0 } },
  ])
  expect(summarise({ files: [file] })).toEqual({ executable: 2, executed: 1 })
})

test('counters are those of one file, also where the path of another ends alike', () => {
  const part = (file: string, data: string) => ({ t: 'coverage', lane: 'race', file: `/build/${file}`, part: 0, data })
  const sent = [part('mm/ioremap.gcda', 'AAAA'), part('arch/arm64/mm/ioremap.gcda', 'BBBB')]
  const { records } = readTestimony(sent.map((one, seq) => JSON.stringify({ ...one, seq, ms: seq })))
  const touched = ['mm/ioremap.c', 'arch/arm64/mm/ioremap.c']
  const of = (file: string) =>
    [...countersOf(records, touched, file)].map(([, data]) => Buffer.from(data).toString('base64'))
  expect(touched.map(of)).toEqual([['AAAA'], ['BBBB']])
})

test('only C files get counters', () => {
  expect(gcovVariables(['mm/zsmalloc.c', 'include/linux/zpool.h'])).toEqual([
    'GCOV_PROFILE_zsmalloc.o=$(if $(filter mm,$(obj)),y)',
  ])
  expect(gcovVariables(['mm/memory.c', 'mm/zswap.c', 'lib/memory.c'])).toEqual([
    'GCOV_PROFILE_memory.o=$(if $(filter mm lib,$(obj)),y)',
    'GCOV_PROFILE_zswap.o=$(if $(filter mm,$(obj)),y)',
  ])
})
