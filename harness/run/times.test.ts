// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { aCell } from '../testing/runs.ts'
import { describeTimes } from './times.ts'

const cell = (tree: string, buildMs: number) =>
  aCell({ tree, timings: { treeMs: 1_500, buildMs, bootMs: 2_000, lanesMs: 34_000 } })

test('a tree counts once, builds, boots and lanes are added up', () => {
  const cells = [cell('debian:6.1', 165_000), cell('debian:6.1', 9_000), cell('dir:.', 0)]
  expect(describeTimes(cells, [], 200_000)).toBe(
    'time: tree 3.0 s, builds 2 min 54 s, boots 6.0 s, lanes 1 min 42 s; 3 min 20 s in all',
  )
})

test('without cells nothing took time', () => {
  expect(describeTimes([], [], 0)).toBe('time: tree 0.0 s, builds 0.0 s, boots 0.0 s, lanes 0.0 s; 0.0 s in all')
})

test('what a build spent its time on follows it, in the order of the work, added up', () => {
  const phase = (name: string, ms: number) => ({ scope: 'x', name, ms })
  const phases = [phase('prove', 1_000), phase('compile', 3_000), phase('compile', 500), phase('symbols', 9_000)]
  expect(describeTimes([cell('debian:6.1', 6_000)], phases, 50_000)).toContain(
    'builds 6.0 s (compile 3.5 s, prove 1.0 s), boots',
  )
})
