// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { UsageError } from '../model/errors.ts'
import type { CellResult, RunResult } from '../model/results.ts'
import { aCell, aCrash, aRun } from '../testing/runs.ts'
import { pairsOf } from '../verdict/pairs.ts'
import { judgeRun } from '../verdict/run.ts'
import { mergeRuns, withoutShard } from './merge.ts'

const clean = { arch: 'x86_64', config: 'zpool-off', lanes: ['zram'] } as const
const cells: readonly CellResult[] = [
  aCrash(),
  aCell(),
  aCell({ ...clean, lanes: ['zram'], leg: 'before' }),
  aCell({ ...clean, lanes: ['zram'] }),
  aCrash({ arch: 'arm64' }),
  aCell({ arch: 'arm64' }),
]

const runOf = (some: readonly CellResult[], part: Partial<RunResult> = {}): RunResult => {
  const pairs = [...pairsOf(some)]
  const accelerator = Object.fromEntries(some.map(({ arch, machine }) => [arch, machine]))
  return aRun({ cells: [...some], pairs, accelerator, ...judgeRun(some, pairs), ...part })
}
const shard = (dir: string, some: readonly CellResult[], part: Partial<RunResult> = {}) => ({
  dir,
  run: runOf(some, part),
})

test.each([
  ['whole pairs', [cells.slice(0, 4), cells.slice(4)]],
  ['whole pairs, in reverse order', [cells.slice(4), cells.slice(0, 4)]],
  [
    'the two legs of a pair',
    [
      [cells[0]!, cells[2]!, cells[5]!],
      [cells[1]!, cells[3]!, cells[4]!],
    ],
  ],
  ['single cells', cells.map((cell) => [cell])],
])('shards of %s merge into the run without shards, except for times', (_, parts) => {
  const merged = mergeRuns(
    parts.map((some, index) => shard(`s${index}`, some)),
    'whole',
  )
  const whole = runOf(cells, { id: 'whole' })
  expect({ ...merged, durationMs: 0 }).toEqual({ ...whole, durationMs: 0 })
})

test('boots that the proof needed follow the first one of their kernel', () => {
  const again = aCrash({ run: 2, id: 'x86_64-zpool-on-kasan-before-run2' })
  const plan = { name: 'p', shard: '1/2', cells: cells.map(({ id }) => id) }
  const parts = [[cells[0]!, cells[1]!, again], cells.slice(2)]
  const merged = mergeRuns(
    parts.map((some, index) => shard(`s${index}`, some, { plan })),
    'x',
  )
  expect(merged.cells.map(({ id }) => id)).toEqual([plan.cells[0], again.id, ...plan.cells.slice(1)])
  expect(merged).toMatchObject({ interrupted: false, notes: [] })
  expect(merged.pairs[0]?.strength).toMatchObject({ shown: 2, boots: 2 })
})

test('one interrupted shard makes the merged run interrupted', () => {
  const merged = mergeRuns([shard('a', cells.slice(0, 2)), shard('b', cells.slice(4), { interrupted: true })], 'x')
  expect(merged).toMatchObject({ interrupted: true, exitCode: 130 })
})

test.each([
  ['the same cell twice', [shard('a', cells), shard('b', cells.slice(0, 1))]],
  ['different seeds', [shard('a', cells.slice(0, 2)), shard('b', cells.slice(4), { seed: '2' })]],
  ['different trees', [shard('a', cells.slice(0, 2)), shard('b', [aCell({ arch: 'arm64', tree: 'v6.2-rc4' })])]],
  ['different confidence', [shard('a', cells.slice(0, 2)), shard('b', cells.slice(4), { confidence: 0.9 })]],
  ['another expected verdict', [shard('a', cells.slice(0, 2)), shard('b', cells.slice(4), { expect: 'clean' })]],
  ['different amplification', [shard('a', cells.slice(0, 2)), shard('b', cells.slice(4), { amplified: false })]],
])('merge rejects %s', (_, shards) => {
  expect(() => mergeRuns(shards, 'x')).toThrow(UsageError)
})

test('the merged command has no flags that differ between shards', () => {
  expect(withoutShard(['zsharness', 'matrix', '--shard', '1/2', '--seed', '7', '--results=x', '--run'])).toEqual([
    'zsharness',
    'matrix',
    '--seed',
    '7',
    '--run',
  ])
})
