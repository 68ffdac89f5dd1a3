// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { isInEveryCommand } from './everyobject.ts'

test.each([
  ['KASAN', true],
  ['KASAN_OUTLINE', true],
  ['DEBUG_INFO_REDUCED', true],
  ['GCOV_PROFILE_ALL', true],
  // Only headers and single objects read these.
  ['KASAN_VMALLOC', false],
  ['GCOV_KERNEL', false],
  ['DEBUG_INFO_BTF', false],
  ['COMPACTION', false],
  ['ZSWAP', false],
])('%s is in the command of every object: %s', (option, expected) => expect(isInEveryCommand(option)).toBe(expected))
