// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { requireTerminal, terminalSize } from './terminal.ts'

const streams = (stdin: boolean, stdout: boolean) =>
  ({ stdin: { isTTY: stdin }, stdout: { isTTY: stdout } }) as unknown as Parameters<typeof requireTerminal>[0]

test.each([
  [true, false],
  [false, true],
  [false, false],
])('input %s, output %s: a person cannot type there', (stdin, stdout) =>
  expect(() => requireTerminal(streams(stdin, stdout))).toThrow(
    expect.objectContaining({ exitCode: 2, hint: expect.stringContaining('script(1)') }),
  ),
)

test('a terminal is one', () => expect(requireTerminal(streams(true, true))).toBeUndefined())

test.each([
  [{ rows: 50, columns: 132 }, '50x132'],
  [{ rows: 0, columns: 0 }, '24x80'],
  [{}, '24x80'],
])('%j is %s', (stream, size) => expect(terminalSize(stream)).toBe(size))
