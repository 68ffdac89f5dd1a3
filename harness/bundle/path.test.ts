// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { isBundlePath } from './path.ts'

test.each(['manifest.json', 'src/o/.config', 'src/arch/x86/mm/a-b_c.c', 'programs/0', 'before/src/mm/zswap.c'])(
  '%s may be in a bundle',
  (path) => expect(isBundlePath(path)).toBe(true),
)

test.each([
  '',
  '.',
  '..',
  '/etc/passwd',
  '../x',
  'a/../b',
  'a//b',
  'a/',
  'a\\b',
  'a\0b',
  'a\nb',
  '.ssh',
  '-rf',
  'é',
  'a'.repeat(201),
])('%j may not', (path) => expect(isBundlePath(path)).toBe(false))
