// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { aFinding } from '../testing/runs.ts'
import { describeFinding } from './describe.ts'

test.each([
  ['warnings', 'mm/zsmalloc.c', 945, 'unused (mm/zsmalloc.c:945)'],
  ['warnings', 'mm/zsmalloc.c', null, 'unused (mm/zsmalloc.c)'],
  ['warnings', null, null, 'unused'],
  ['console', 'mm/zsmalloc.c', 945, 'unused'],
] as const)('of %s at %s:%s: %s', (oracle, file, line, expected) =>
  expect(describeFinding(aFinding({ title: 'unused', oracle, file, line }))).toBe(expected),
)
