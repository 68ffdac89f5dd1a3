// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { nextCommand } from './next.ts'

const before = { id: 'x-before', leg: 'before', verdict: 'fail' } as const
const after = { id: 'x-after', leg: 'after', verdict: 'fail' } as const
const passed = { ...after, verdict: 'pass' } as const

test.each([
  [{ exitCode: 0, verdict: 'fixed', cells: [before, passed] }, 'zsharness report r/1 --format mail'],
  [{ exitCode: 0, verdict: 'clean', cells: [passed] }, 'zsharness report r/1 --format mail'],
  [{ exitCode: 0, verdict: 'pass', cells: [passed] }, 'zsharness report r/1 --format markdown'],
  [{ exitCode: 1, verdict: 'not-fixed', cells: [before, after] }, 'zsharness replay r/1/x-after'],
  [{ exitCode: 1, verdict: 'fail', cells: [before] }, 'zsharness replay r/1/x-before'],
  [{ exitCode: 3, verdict: 'error', cells: [] }, 'zsharness doctor'],
  [{ exitCode: 4, verdict: 'not-demonstrated', cells: [passed] }, 'zsharness report r/1 --format markdown'],
] as const)('%o', (run, command) => expect(nextCommand(run, '/w/r/1', '/w')).toBe(command))

test('a folder elsewhere keeps its whole path, and one with a blank is quoted', () => {
  const run = { exitCode: 1, verdict: 'fail', cells: [before] } as const
  expect(nextCommand(run, "/a b's/1", '/w')).toBe("zsharness replay '/a b'\\''s/1'/x-before")
})
