// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { diagnose, type FileFit } from './diagnose.ts'
import { parseDiff } from './diff.ts'
import { absentNames, parseRejects } from './fit.ts'
import type { Applicability } from './schema.ts'

const ALL = [1, 2, 3]
const fits: FileFit = {
  path: 'mm/x.c',
  creates: false,
  exists: true,
  headers: ['@@ one', '@@ two', '@@ three'],
  rejected: [],
  reverseRejected: ALL,
  looseRejected: [],
  absent: [],
}
const fails: FileFit = { ...fits, rejected: [2], looseRejected: [2] }
const state = (name: Applicability['state']): Applicability => ({ versions: '*', state: name, note: 'the note' })

describe('diagnose', () => {
  test('gives nothing where every file fits', () => {
    expect(diagnose([fits])).toBeUndefined()
    expect(diagnose([{ ...fits, creates: true, exists: false }])).toBeUndefined()
  })

  test.each<[string, FileFit[], Applicability | undefined, string, string]>([
    ['every hunk reversed', [{ ...fails, reverseRejected: [] }], undefined, 'already-applied', 'already applied'],
    [
      'state code-gone, yet reversed',
      [{ ...fails, reverseRejected: [] }],
      state('code-gone'),
      'already-applied',
      'already',
    ],
    [
      'all but one reversed',
      [{ ...fails, rejected: ALL, looseRejected: ALL, reverseRejected: [3] }],
      undefined,
      'partly-applied',
      'except for hunk #3',
    ],
    ['half reversed is chance', [{ ...fails, reverseRejected: [1, 2] }], undefined, 'conflict', 'conflict'],
    ['no such file', [{ ...fails, exists: false, rejected: ALL }], undefined, 'missing-file', 'no such file'],
    ['tabs gone', [{ ...fails, looseRejected: [] }], undefined, 'white-space', 'only white space differs'],
    [
      'base missing',
      [{ ...fails, absent: ['zs_reclaim_page'] }],
      state('needs-base'),
      'prerequisite-missing',
      'the note; absent here: zs_reclaim_page',
    ],
    ['code gone', [fails], state('code-gone'), 'code-gone', 'the code is gone: the note'],
    [
      'names absent',
      [{ ...fails, absent: ['a1', 'a2', 'a3', 'a4', 'a5'] }],
      undefined,
      'code-absent',
      'a1, a2, a3, a4 and 1 more',
    ],
    ['names absent where it should fit', [{ ...fails, absent: ['a1'] }], state('applies'), 'code-absent', 'absent: a1'],
    ['lines differ', [fails], undefined, 'conflict', 'real conflict'],
    ['makes a file that is there', [{ ...fails, creates: true }], undefined, 'conflict', 'already exists'],
  ])('%s', (_, files, given, cause, why) => {
    const found = diagnose(files, { state: given })
    expect(found).toMatchObject({ cause, path: 'mm/x.c' })
    expect(found?.why).toContain(why)
    expect(found?.hint).not.toBe('')
  })

  test('names the first hunk at fault and its line', () => {
    expect(diagnose([fits, { ...fails, path: 'mm/y.c' }])).toMatchObject({ path: 'mm/y.c', hunk: 2, header: '@@ two' })
  })

  test('a reversal says the opposite', () => {
    expect(diagnose([{ ...fails, reverseRejected: [] }], { reversed: true })?.why).toContain('it is not in this tree')
  })
})

test('parseRejects reads what git apply --reject prints', () => {
  const output = `Checking patch file...
Applying patch file with 2 rejects...
Hunk #1 applied cleanly.
Rejected hunk #2.
Rejected hunk #30.
`
  expect(parseRejects(output)).toEqual([2, 30])
  expect(parseRejects('Applied patch file cleanly.\n')).toEqual([])
})

test('absentNames looks at the lines that a hunk expects, not at comments', () => {
  const body = ' zs_reclaim_page(pool);\n \t * reclaimed words\n-pool->under_reclaim\n+new_name()\n\\ No newline\n'
  const { hunks } = parseDiff(`--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n${body}`).files[0]!
  expect(absentNames(hunks, 'pool')).toEqual(['zs_reclaim_page', 'under_reclaim'])
  expect(absentNames(hunks, 'pool zs_reclaim_page', true)).toEqual(['new_name'])
})
