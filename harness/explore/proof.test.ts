// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { parseRecord, whyNotExplorable, whyNotSeen } from './proof.ts'

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

test('an object of another source is refused', () => {
  const why = (text: string) => whyNotExplorable('mm/zsmalloc.o', parseRecord(text, 'mm/zsmalloc.o')!)
  expect(why(record('', 'gcc -c'))).toBeUndefined()
  expect(why(record('', 'gcc -c', '../mm/other.c'))).toBe('it was made of ../mm/other.c')
})

test('an object without calls at its accesses, or in its blocks, cannot be seen', () => {
  const why = (command: string) => whyNotSeen({ command, source: '../mm/zsmalloc.c' })
  expect(why('gcc -fsanitize=thread -fsanitize-coverage=trace-pc -c')).toBeUndefined()
  expect(why('gcc -fsanitize-coverage=trace-pc -c')).toContain('without KCSAN')
  expect(why('gcc -fsanitize=thread -c')).toContain('without KCOV')
  expect(why('gcc -fsanitize=thread-like -fsanitize-coverage=trace-pc -c')).toContain('without KCSAN')
})
