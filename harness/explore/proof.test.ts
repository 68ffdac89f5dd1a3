// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { parseRecord, whyNotExplorable } from './proof.ts'

const record = (prefix: string, command: string, source = '../mm/zsmalloc.c') =>
  `${prefix}cmd_mm/zsmalloc.o := ${command}\n\nsource_mm/zsmalloc.o := ${source}\n\ndeps_mm/zsmalloc.o := \\\n`

test.each(['', 'saved'])('a record of kbuild is read, with the prefix "%s"', (prefix) =>
  expect(parseRecord(record(prefix, 'gcc -fsanitize=thread -c'), 'mm/zsmalloc.o')).toEqual({
    command: 'gcc -fsanitize=thread -c',
    source: '../mm/zsmalloc.c',
  }),
)

test('a record of another object is none', () => {
  expect(parseRecord(record('', 'gcc'), 'mm/zswap.o')).toBeUndefined()
  expect(parseRecord('', 'mm/zsmalloc.o')).toBeUndefined()
})

test('an object without calls at its accesses would be complete at once, and is refused', () => {
  const why = (text: string) => whyNotExplorable('mm/zsmalloc.o', parseRecord(text, 'mm/zsmalloc.o')!)
  expect(why(record('', 'gcc -fsanitize=thread -c'))).toBeUndefined()
  expect(why(record('', 'gcc -c'))).toContain('without KCSAN')
  expect(why(record('', 'gcc -fsanitize=thread', '../mm/other.c'))).toBe('it was made of ../mm/other.c')
})
