// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { objectDir } from '../kernel/layout.ts'
import type { Workload } from '../vm/argv.ts'
import { type DebugAsked, debugWorkload, settleDump, VMCORE } from './debug.ts'

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

const typed = ['CONFIG_DEBUG_INFO']
test.each([
  {
    why: 'a failure',
    verdict: 'fail',
    error: undefined,
    live: [],
    said: [/^the guest's memory, 1 MiB: \S+vmcore$/],
    kept: true,
  },
  {
    why: 'a kernel with types',
    verdict: 'fail',
    error: undefined,
    live: typed,
    said: [/; open it with crash '\S+vmlinux' '\S+vmcore'$/],
    kept: true,
  },
  {
    why: 'a kernel with few types',
    verdict: 'fail',
    error: undefined,
    live: [...typed, 'CONFIG_DEBUG_INFO_REDUCED'],
    said: [/vmcore$/],
    kept: true,
  },
  { why: 'a boot that is not judged', verdict: null, error: undefined, live: [], said: [/vmcore$/], kept: true },
  { why: 'a pass', verdict: 'pass', error: undefined, live: typed, said: [], kept: false },
  {
    why: 'a dump that failed',
    verdict: 'fail',
    error: 'no room',
    live: typed,
    said: [/was not written: no room/],
    kept: false,
  },
] as const)('the memory after $why', async ({ verdict, error, live, said, kept }) => {
  const dir = await mkdtemp(join(tmpdir(), 'zsharness-dump-'))
  await mkdir(objectDir(dir), { recursive: true })
  await writeFile(join(objectDir(dir), 'vmlinux'), '')
  await writeFile(join(dir, VMCORE), 'core')
  const notes: string[] = []
  const emit = (event: { type: string }): void => void notes.push((event as { text?: string }).text!)
  const context = { emit, scope: 'x', signal: new AbortController().signal }
  await settleDump({ dir, kernel: { dir }, live: new Set(live) }, verdict, error, context)
  expect(notes).toEqual(said.map((pattern) => expect.stringMatching(pattern)))
  expect((await readdir(dir)).includes(VMCORE)).toBe(kept)
  await rm(dir, { recursive: true })
})
