// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { BugSignature } from '../verdict/signature.ts'
import { bugShownBy } from './bug.ts'

const place = (name: string, file: string | null = 'mm/zsmalloc.c') => ({ function: name, file, line: 1 })
const STACK = [place('get_zspage'), place('zs_map_object'), place('zswap_writeback_entry', 'mm/zswap.c')]
const failure = (over: Partial<Parameters<typeof bugShownBy>[0]> = {}) => ({
  ...{ stack: STACK, model: false, kind: 'wild-pointer', text: 'wild pointer: read of 4 bytes at 0' },
  ...over,
})
const bug = (signature: readonly BugSignature[], touched: readonly string[] = []) => ({
  ...{ signature, touched },
  has: (name: string) => name !== 'evict',
})
const report = (families: string[], ...stack: string[]): BugSignature => ({ families, stack })
const POSTED = [report(['oops', 'kasan'], 'zs_map_object', 'zswap_writeback_entry')]

describe('the stack of a signature', () => {
  test.each<[string[], boolean]>([
    [['zs_map_object', 'zswap_writeback_entry'], true],
    [['zswap_writeback_entry', 'zs_map_object'], false],
    [['zs_free'], false],
    [['zs_map_object', 'evict'], true],
    [['evict'], false],
    [[], false],
  ])('%j must be in that of the failure, in order, but for what is not explored: %s', (stack, is) => {
    expect(bugShownBy(failure(), bug([report(['oops'], ...stack)])) !== undefined).toBe(is)
  })

  test('says what of it is not explored, and that a work queue is not seen', () => {
    const [signature] = [{ families: ['oops'], stack: ['zs_map_object', 'evict'], workqueue: 'zswap-shrink' }]
    expect(bugShownBy(failure(), bug([signature]))?.unseen).toBe(
      '1 of 2 functions of the signature are explored, without evict; its work queue, zswap-shrink, is not seen',
    )
    expect(bugShownBy(failure(), bug([signature, ...POSTED]))?.unseen).toBeNull()
  })

  test('is not that of a failure without one', () => {
    expect(bugShownBy(failure({ stack: [] }), bug(POSTED))).toBeUndefined()
  })
})

test.each([
  ['deadlock', 'evict', true],
  ['deadlock', 'zs_free', false],
  ['no-end', 'evict', false],
])('a %s may wait in code that is not explored, %s: %s', (kind, name, is) => {
  const found = bugShownBy(failure({ kind, stack: [] }), bug([report(['hung-task'], name)]))
  expect(found !== undefined).toBe(is)
  if (is) expect(found?.unseen).toContain('0 of 1 functions')
})

test.each<[string, string[], boolean]>([
  ['use-after-free', ['kasan'], true],
  ['out-of-bounds', ['kasan'], true],
  ['double-free', ['kasan'], true],
  ['wild-pointer', ['oops'], true],
  ['fault', ['oops'], true],
  ['list-corruption', ['list'], true],
  ['list-corruption', ['oops', 'kasan'], false],
  ['bug', ['kernel-bug'], true],
  ['bug', ['oops', 'kasan'], false],
  ['warning', ['warning'], true],
  ['warning', ['oops', 'kasan'], false],
  ['deadlock', ['hung-task'], true],
  ['no-end', ['soft-lockup'], true],
  ['no-end', ['kasan'], false],
  ['left-over', ['oops', 'kasan'], false],
  ['page-state', ['oops', 'kasan'], false],
  // Through the same functions, but not the race.
  ['leak', ['oops', 'kasan'], false],
  ['balance', ['oops', 'kasan'], false],
  ['data', ['oops', 'kasan'], false],
  ['a new kind', ['oops', 'kasan'], false],
])('a %s shows as a report of %j: %s', (kind, families, is) => {
  expect(bugShownBy(failure({ kind }), bug([report(families, 'zs_map_object')])) !== undefined).toBe(is)
})

describe('a signature that is a finding of an oracle', () => {
  test.each<[string, string, BugSignature, boolean]>([
    ['data', 'object 1 has other data, from byte 3', { oracle: 'data', kind: 'lost-data' }, true],
    ['data', 'object 1 has other data, from byte 3', { oracle: 'data' }, true],
    ['data', 'object 1 has other data, from byte 3', { oracle: 'balance' }, false],
    ['leak', 'all is freed, but 1 handles are left', { oracle: 'balance', kind: 'handle-leak' }, true],
    ['leak', 'all is freed, but 1 handles are left', { oracle: 'balance', kind: 'page-leak' }, false],
    ['leak', 'all is freed, but 2 zspages are left', { oracle: 'balance', kind: 'zspage-leak' }, true],
    [
      'balance',
      'after the threads: obj_used is 3 for 2 stored objects',
      { oracle: 'balance', kind: 'object-leak' },
      true,
    ],
    ['deadlock', 'deadlock: thread 1 waits', { oracle: 'liveness', kind: 'hang' }, true],
    ['use-after-free', 'use after free', { oracle: 'data' }, false],
    ['warning', 'WARN_ON() at line 3', { oracle: 'console' }, false],
  ])('%s, "%s", is %j: %s', (kind, text, signature, is) => {
    expect(bugShownBy(failure({ kind, text }), bug([signature])) !== undefined).toBe(is)
  })

  test('says that a title is not seen', () => {
    const found = bugShownBy(failure({ kind: 'data' }), bug([{ oracle: 'data', title: 'came back wrong' }]))
    expect(found?.unseen).toBe("the title of its finding, 'came back wrong', is not seen")
  })
})

describe('without a signature', () => {
  test.each<[string, Partial<ReturnType<typeof failure>>, string[], boolean]>([
    ['in a file of the patch', {}, ['mm/zsmalloc.c'], true],
    ['in a model', { model: true }, ['mm/zsmalloc.c'], false],
    ['elsewhere', {}, ['mm/swap.c'], false],
    ['nowhere', { stack: [] }, ['mm/zsmalloc.c'], false],
  ])('a failure %s', (_name, over, touched, is) => {
    const found = bugShownBy(failure(over), bug([], touched))
    expect(found !== undefined).toBe(is)
    if (is) expect(found?.unseen).toContain('no signature')
  })
})
