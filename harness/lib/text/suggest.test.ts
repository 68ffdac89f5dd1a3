// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { closest, didYouMean } from './suggest.ts'

test.each([
  ['patchs', ['title', 'patches', 'touches'], 'patches'],
  ['ptaches', ['title', 'patches'], 'patches'],
  ['arm46', ['x86_64', 'arm64'], 'arm64'],
  ['KASAN', ['kasan', 'plain'], 'kasan'],
  ['riscv', ['x86_64', 'arm64'], undefined],
  ['x', [], undefined],
])('%s among %j is %s', (word, candidates, expected) => {
  expect(closest(word, candidates)).toBe(expected)
})

test('suggests nothing that is far off', () => {
  expect(didYouMean('patchs', ['patches'])).toBe(' — did you mean patches?')
  expect(didYouMean('riscv', ['arm64'])).toBe('')
})
