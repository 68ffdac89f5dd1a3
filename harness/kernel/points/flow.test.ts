// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { Body, Step } from './code.ts'
import { regionsOf } from './flow.ts'

/** A body of these instructions: `i` is of the inlined function; `>N` jumps to the N-th, `?N` may. */
const region = (...words: readonly string[]): ReturnType<typeof regionsOf> => {
  const steps = words.map((word, index): Step => {
    const [, own = '', jump, to] = /^([a-z.]*)([>?])?(\d+)?$/.exec(word)!
    const flows = { '>': 'jump', '?': 'branch' } as const
    return {
      address: BigInt(index),
      mnemonic: own === 'ibug' ? 'ud2' : 'nop',
      operands: '',
      flow: own === 'ret' ? 'return' : (flows[jump as '>'] ?? 'none'),
      target: to === undefined ? undefined : BigInt(to),
      calls: [],
    }
  })
  const body: Body = { of: { name: 'f', names: ['f'], address: 0n, size: steps.length }, steps }
  return regionsOf(
    body,
    words.flatMap((word, index) => (word.startsWith('i') ? [index] : [])),
  )
}
// More than the compiler puts between the instructions of one call.
const far = Array.from({ length: 10 }, () => '.')

test('straight code', () => expect(region('.', 'i', 'i', '.')).toEqual([{ entry: 1, exits: [3] }]))

test('instructions of the caller are between', () =>
  expect(region('.', 'i', '.', 'i', '.')).toEqual([{ entry: 1, exits: [4] }]))

test('a slow path comes back', () =>
  expect(region('.', 'i', 'i?14', 'i', ...far, 'i', 'i>3')).toEqual([{ entry: 1, exits: [4] }]))

test('a loop is no exit', () => expect(region('.', 'i', 'i?1', '.')).toEqual([{ entry: 1, exits: [3] }]))

test('it ends at several places', () =>
  expect(region('.', 'i', 'i?5', 'i', 'ret', 'ret')).toEqual([{ entry: 1, exits: [4, 5] }]))

test('it ends with a bug, after which is other code', () =>
  expect(region('.', 'i', 'ibug', '.')).toEqual([{ entry: 1, exits: [] }]))

test('copies for several paths are apart', () =>
  expect(region('?13', 'i', 'i', 'ret', ...far.slice(1), 'i', 'i', '.')).toEqual([
    { entry: 1, exits: [3] },
    { entry: 13, exits: [15] },
  ]))

test('an instruction that was moved away is no copy', () =>
  expect(region('i', ...far, 'i', 'i', 'i', '.')).toEqual([{ entry: 11, exits: [14] }]))

test('code that is entered at its middle', () =>
  expect(region('>3', 'i', 'i>6', 'i', 'i>1', '.', '.')).toEqual([{ entry: 3, exits: [6] }]))
