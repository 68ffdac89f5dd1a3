// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { Workload } from '../vm/argv.ts'
import { type DebugAsked, debugWorkload } from './debug.ts'

const workload: Workload = { lanes: [], seed: '1', reclaim: 'zsmalloc', zpool: true, canary: null, parameters: ['a=b'] }
const terminal = { show: () => undefined, connect: () => ({ [Symbol.dispose]: () => undefined }) }
const asked = (over: Partial<DebugAsked>): DebugAsked => ({ how: null, dump: false, gdb: 'gdb', ...over })
const of = (over: Partial<DebugAsked>, ...live: readonly string[]) =>
  debugWorkload(asked(over), new Set(live), workload).parameters

test('a boot that nobody debugs has the command line of the first', () => {
  expect(debugWorkload(undefined, new Set(['CONFIG_RANDOMIZE_BASE']), workload)).toBe(workload)
  expect(of({}, 'CONFIG_RANDOMIZE_BASE')).toEqual(['a=b'])
})

test.each([[{ how: 'gdb' }], [{ how: 'at-splat' }], [{ dump: true }]] as const)(
  '%j: a kernel that would move stays where its symbols are',
  (over) => {
    expect(of(over, 'CONFIG_RANDOMIZE_BASE')).toEqual(['a=b', 'nokaslr'])
    expect(of(over)).toEqual(['a=b'])
  },
)

test('a shell gets the size of the terminal', () =>
  expect(of({ how: 'shell', shell: { terminal, size: '24x80', files: [] } }, 'CONFIG_RANDOMIZE_BASE')).toEqual([
    'a=b',
    'zsharness_shell=24x80',
  ]))
