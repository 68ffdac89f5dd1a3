// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { parseHold } from '../../inputs/hold/parse.ts'
import type { DebugInfo, Type } from '../../lib/dwarf/types.ts'
import type { Step } from '../schedule.ts'
import type { Place } from '../symbols.ts'
import { holdsOfSchedule } from './choices.ts'

const FILE = 'mm/zsmalloc.c'
/** `zs_free:5 < shrink_worker:9`: frames of mm/zsmalloc.c, innermost first. */
const stackOf = (text: string): Place[] =>
  text === ''
    ? []
    : text.split(' < ').map((frame) => {
        const [name = '', line] = frame.split(':')
        const file = name.startsWith('model_')
          ? 'guest/explore/model/zswap.c'
          : name.startsWith('h_')
            ? 'include/x.h'
            : FILE
        return { function: name, file, line: Number(line ?? 1) }
      })

const step = (thread: number, op: string, on: string | null, stack: string): Step => ({
  ...{ thread, op, on, size: 8, variable: null, text: '', matters: true },
  // Each object has a word of its own.
  address:
    on === null ? null : `0x${(4096 + 64 * [...on].reduce((sum, c) => sum * 7 + c.charCodeAt(0), 0)).toString(16)}`,
  stack: stackOf(stack),
})

const types = new Map<number, Type>([
  [1, { kind: 'plain', name: 'unsigned long', size: 8 }],
  [2, { kind: 'record', name: 'zs_pool', size: 64, isUnion: false, members: [] }],
  [3, { kind: 'pointer', to: 2 }],
  [4, { kind: 'record', name: 'zspage', size: 64, isUnion: false, members: [] }],
  [5, { kind: 'pointer', to: 4 }],
])
const fn = (name: string, ...parameters: readonly [string, number][]) =>
  [name, [{ name, parameters: parameters.map(([of, type]) => ({ name: of, type })), locals: [] }]] as const
const functions: DebugInfo['functions'] = new Map([
  fn('zs_map_object', ['pool', 3], ['handle', 1]),
  fn('zs_free', ['pool', 3], ['handle', 1]),
  fn('writeback', ['pool', 3], ['handle', 1]),
  fn('isolate', ['zspage', 5]),
  fn('putback', ['zspage', 5]),
])
const translating = { info: { types, functions }, has: (name: string) => !name.startsWith('inlined_'), hasLines: true }

const texts = (steps: readonly Step[], over = {}) =>
  holdsOfSchedule(steps, { ...translating, ...over }).map(({ choices }) => choices.map(({ text }) => text))
const nearest = (steps: readonly Step[], over = {}) => texts(steps, over).map(([first]) => first)

const WRITEBACK = 'writeback:9 < reclaim:8 < shrink_worker:7'
/** The race of the posted patch: the handle is freed before its object is mapped. */
const RACE = [
  step(1, 'call', null, ''),
  step(1, 'lock', 'pool', `h_lock:1 < reclaim:3 < shrink_worker:7`),
  step(1, 'unlock', 'pool', `h_lock:1 < reclaim:4 < shrink_worker:7`),
  step(1, 'read', 'ops', WRITEBACK),
  step(2, 'call', null, ''),
  step(2, 'lock', 'pool', 'h_lock:1 < zs_free:11 < free_entry:12 < model_free:1'),
  step(2, 'write', 'zs_handle 0', 'inlined_record:13 < zs_free:14 < free_entry:12 < model_free:1'),
  step(2, 'unlock', 'pool', 'h_lock:1 < zs_free:15 < free_entry:12 < model_free:1'),
  step(2, 'write', 'count', 'free_entry:16 < model_free:1'),
  step(2, 'end', null, ''),
  step(1, 'lock', 'pool', `h_lock:1 < zs_map_object:21 < ${WRITEBACK}`),
  step(1, 'read', 'zs_handle 0', `zs_map_object:22 < ${WRITEBACK}`),
  step(1, 'failure', null, `zs_map_object:23 < ${WRITEBACK}`),
]

describe('the posted race', () => {
  const [choices] = texts(RACE)
  test('holds at the entry of the function where the thread stands, with the handle that both have', () =>
    expect(choices![0]).toBe('zs_map_object:arg1 in kworkers until zs_free:arg1 for 50ms'))
  test('then further out, while nothing since then matters; then at the line; then without the key', () => {
    expect(choices).toContain('writeback:arg1 in kworkers until zs_free:arg1 for 50ms')
    expect(choices!.some((text) => text.startsWith('reclaim'))).toBe(false)
    expect(choices).toContain('mm/zsmalloc.c:21 in kworkers until zs_free for 50ms')
    expect(choices).toContain('zs_map_object in kworkers until zs_free for 50ms')
    // Where it was inlined, its code begins in its caller.
    expect(choices).toContain('writeback>zs_map_object in kworkers until zs_free for 50ms')
  })
  test('each can be written after --hold', () => {
    for (const text of choices!) expect(() => parseHold(text, text)).not.toThrow()
  })
  test('never waits in code of ours, in a header, or first for what was inlined', () => {
    for (const text of choices!) expect(text).not.toMatch(/model_|h_lock/)
    expect(choices!.findIndex((text) => text.includes('inlined_'))).toBeGreaterThan(0)
  })
  test('of a patched source names no line: it is none of the tree', () =>
    expect(texts(RACE, { hasLines: false })[0]!.some((text) => text.includes('.c:'))).toBe(false))
})

test('without a common object there is no key: another handle would never be met', () => {
  const other = RACE.map((one) => (one.thread === 2 && one.on === 'zs_handle 0' ? { ...one, on: 'zs_handle 1' } : one))
  expect(texts(other)[0]!.some((text) => text.includes('arg'))).toBe(false)
})

test('a pointer is a key where both touch what it points to', () =>
  expect(
    nearest([
      step(1, 'write', 'pages', 'caller:2'),
      step(2, 'write', 'zspage 3', 'putback:5'),
      step(2, 'end', null, ''),
      step(1, 'read', 'zspage 3', 'isolate:8 < caller:3'),
      step(1, 'end', null, ''),
    ]),
  ).toEqual(['isolate:arg0 until putback:arg0 for 50ms']))

test('in the middle of a function it holds at the line', () =>
  expect(
    nearest([
      step(1, 'read', 'a', 'f:2'),
      step(2, 'write', 'a', 'g:5'),
      step(2, 'end', null, ''),
      step(1, 'write', 'a', 'f:3'),
      step(1, 'end', null, ''),
    ]),
  ).toEqual(['mm/zsmalloc.c:3 until g for 50ms']))

test('where the other one stands in the same call, its return would be too late', () =>
  expect(
    nearest([
      step(1, 'read', 'a', 'f:2'),
      step(2, 'write', 'a', 'g:5'),
      step(1, 'write', 'a', 'f:3'),
      step(1, 'end', null, ''),
      step(2, 'read', 'a', 'g:6'),
      step(2, 'end', null, ''),
    ]),
  ).toEqual(['mm/zsmalloc.c:3 until mm/zsmalloc.c:6 for 50ms', 'mm/zsmalloc.c:6 until f for 50ms']))

test('a thread that never goes on is held for the whole time', () =>
  expect(
    nearest([
      step(1, 'read', 'a', 'f:2'),
      step(1, 'write', 'a', 'f:3'),
      step(2, 'write', 'a', 'g:5'),
      step(2, 'failure', null, 'g:6'),
    ]),
  ).toEqual(['mm/zsmalloc.c:3 for 50ms']))

test('nobody is held who waits, or has ended', () =>
  expect(
    texts([
      step(1, 'lock', 'a', 'f:2'),
      step(1, 'wait', 'a', 'f:2'),
      step(2, 'unlock', 'a', 'g:5'),
      step(2, 'end', null, ''),
      step(1, 'write', 'a', 'f:3'),
      step(1, 'end', null, ''),
    ]),
  ).toEqual([]))
