// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { parseCheckpatch } from './checkpatch.ts'

test('a line about a file is a warning there', () => {
  const line =
    "mm/zsmalloc.c:2577: WARNING:DEPRECATED_API: Deprecated use of 'kmap_atomic', prefer 'kmap_local_page' instead"
  expect(parseCheckpatch(line)).toEqual({
    severity: 'warning',
    file: 'mm/zsmalloc.c',
    line: 2577,
    column: null,
    message: "Deprecated use of 'kmap_atomic', prefer 'kmap_local_page' instead",
    option: 'DEPRECATED_API',
  })
})

test.each([
  ":1087: WARNING:UNKNOWN_COMMIT_ID: Unknown commit id '6b3379e8dcbe', maybe rebased or not pulled?",
  'total: 0 errors, 1 warnings, 400 lines checked',
  '',
])('%j is about no file', (line) => expect(parseCheckpatch(line)).toBeUndefined())
