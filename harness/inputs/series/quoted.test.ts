// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { readQuoted } from './quoted.ts'

test.each([
  ['"a/mm/\\303\\244.c"', 'a/mm/ä.c', ''],
  ['"a\\tb" "c"', 'a\tb', ' "c"'],
  ['"\\a\\b\\t\\n\\v\\f\\r\\"\\\\"', '\u0007\b\t\n\u000b\f\r"\\', ''],
  ['"a/ä\\001"x', 'a/ä\u0001', 'x'],
  ['""', '', ''],
])('%s', (text, name, rest) => expect(readQuoted(text)).toEqual({ name, rest }))

test.each(['a/x', '', '"', '"a', '"a\\', '"a\\"', '"\\x41"', '"\\477"', '"\\30"', '"\\377"', '"\\303"'])(
  'not %s',
  (text) => expect(readQuoted(text)).toBeUndefined(),
)
