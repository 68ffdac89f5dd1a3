// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { type DebugFlags, debugWish, describeRepeated, endsSearch, exitOfRepeated, gdbsFor } from './debug.ts'

test.each<[DebugFlags, object]>([
  [{}, { how: null, dump: false, untilFail: null }],
  [{ gdb: true }, { how: 'gdb', dump: false, untilFail: null }],
  [
    { atSplat: true, dump: true },
    { how: 'at-splat', dump: true, untilFail: null },
  ],
  [{ shell: true }, { how: 'shell', dump: false, untilFail: null }],
  [
    { untilFail: '50', dump: true },
    { how: null, dump: true, untilFail: 50 },
  ],
])('%j', (flags, wish) => expect(debugWish(flags)).toEqual(wish))

test.each<[DebugFlags, string]>([
  [{ gdb: true, shell: true }, '--gdb and --shell cannot be combined'],
  [{ gdb: true, atSplat: true }, '--gdb and --at-splat cannot be combined'],
  [{ gdb: true, untilFail: '3' }, '--gdb and --until-fail cannot be combined'],
  [{ shell: true, untilFail: '3' }, '--shell and --until-fail cannot be combined'],
  [{ gdb: true, dump: true }, '--dump and --gdb cannot be combined'],
  [{ shell: true, dump: true }, '--dump and --shell cannot be combined'],
  [{ untilFail: '0' }, '--until-fail 0: not a whole number from 1'],
  [{ untilFail: '-3' }, '--until-fail -3: not a whole number'],
  [{ untilFail: 'x' }, '--until-fail x: not a whole number'],
])('%j is refused', (flags, message) => {
  expect(() => debugWish(flags)).toThrow(expect.objectContaining({ exitCode: 2, hint: expect.any(String) }))
  expect(() => debugWish(flags)).toThrow(message)
})

const cells = (...verdicts: readonly ('pass' | 'fail' | 'error' | 'inconclusive')[]) =>
  verdicts.map((verdict) => ({ verdict }))

test.each([
  [cells('pass'), 5, '1 of 1 boot passed; none of 5 failed'],
  [cells('pass', 'pass', 'fail'), 5, '2 of 3 boots passed; number 3 ended with fail'],
  [cells('pass', 'inconclusive', 'error'), 5, '1 of 3 boots passed, 1 inconclusive; number 3 ended with error'],
  [cells('inconclusive', 'pass'), 2, '1 of 2 boots passed, 1 inconclusive; none of 2 failed'],
])('%j of %i', (seen, most, text) => expect(describeRepeated(seen, most)).toBe(text))

test('only a failure of the kernel or of the host ends the search', () =>
  expect(cells('pass', 'inconclusive', 'fail', 'error').map(endsSearch)).toEqual([false, false, true, true]))

test.each([
  [[0, 0], 0],
  [[0, 1], 1],
  [[0, 4, 0], 4],
  [[4, 3], 3],
  [[4, 4, 1], 1],
])('exit codes %j are %i together: an inconclusive boot is no pass', (codes, code) =>
  expect(exitOfRepeated(codes)).toBe(code),
)

test('only gdb-multiarch knows another architecture', () => {
  expect(gdbsFor('x86_64', 'x86_64')).toEqual(['gdb', 'gdb-multiarch'])
  expect(gdbsFor('arm64', 'x86_64')).toEqual(['gdb-multiarch'])
})
