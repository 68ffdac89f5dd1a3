// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { planPairs, type Runs } from '../run/plan/pairs.ts'
import { aSubmission } from '../testing/submission.ts'
import { planParts, runsInPart, withConstraints } from './parts.ts'
import { placedTasks } from './placed.ts'

const at = { tree: 'debian:6.1', series: 's', arch: 'x86_64', profile: 'kasan', legs: ['before', 'after'] } as const
const pairsOf = (places: readonly object[], runs: Runs) =>
  planPairs(
    places.map((place) => ({ ...at, config: 'zpool-on', ...place })),
    runs,
  )
const partsOf = (places: readonly object[], runs: Runs, search = false) => planParts(pairsOf(places, runs), search)
const shape = (places: readonly object[], runs: Runs, search = false) =>
  partsOf(places, runs, search).map(({ cells, builds, after }) => [cells.length, builds, after])

test.each([
  [1, 1],
  [15, 1],
  [17, 2],
  [100, 7],
  [1000, 10],
])('%i runs make parts of %i', (runs, size) => {
  expect(runsInPart(runs)).toBe(size)
})

describe('the parts of a run', () => {
  const first = '1-x86_64-zpool-on-kasan'

  test.each([
    ['one pair', [{}], 1, false, [[2, 2, null]]],
    ['a pair with boots as the proof needs them', [{}], 'auto', false, [[2, 2, null]]],
    [
      'two configs',
      [{}, { config: 'zpool-off' }],
      1,
      false,
      [
        [2, 2, null],
        [2, 2, null],
      ],
    ],
    ['two series, whose kernels share objects', [{}, { series: 't' }], 1, false, [[4, 4, null]]],
    [
      'three runs: each later one with both legs',
      [{}],
      3,
      false,
      [
        [2, 2, null],
        [2, 0, first],
        [2, 0, first],
      ],
    ],
    [
      'one leg alone',
      [{ legs: ['after'] }],
      2,
      false,
      [
        [1, 1, null],
        [1, 0, first],
      ],
    ],
    ['a search, whose boots depend on each other', [{}], 3, true, [[6, 2, null]]],
  ] as const)('%s', (_, places, runs, search, expected) => {
    expect(shape(places, runs, search)).toEqual(expected)
  })

  test.each([1, 2, 40, 1000])('have each of %i runs once, and both legs of a run together', (runs) => {
    const pairs = pairsOf([{}, { series: 't' }, { config: 'zpool-off' }], runs)
    const parts = planParts(pairs, false)
    const cells = parts.flatMap((part) => part.cells)
    expect([...cells].sort()).toEqual(pairs.flatMap((pair) => pair.cells.map(({ id }) => id)).sort())
    expect(new Set(parts.map(({ id }) => id)).size).toBe(parts.length)
    for (const part of parts)
      for (const id of part.cells.filter((one) => one.includes('-before')))
        expect(part.cells).toContain(id.replace('-before', '-after'))
  })

  test('come after the part that builds their kernels', () => {
    const parts = partsOf([{}, { config: 'zpool-off' }], 2)
    expect(parts.map(({ id, after }) => [id, after])).toEqual([
      [first, null],
      ['2-x86_64-zpool-on-kasan', first],
      ['3-x86_64-zpool-off-kasan', null],
      ['4-x86_64-zpool-off-kasan', '3-x86_64-zpool-off-kasan'],
    ])
  })
})

test('each part, and each task, is for a node that fits its architecture', () => {
  const pairs = pairsOf([{}, { arch: 'arm64' }], 2)
  const parts = withConstraints(planParts(pairs, false), pairs, (arch) => (arch === 'arm64' ? 'arm64&kvm' : undefined))
  expect(parts.map(({ id, constraint }) => [id, constraint])).toEqual([
    ['1-x86_64-zpool-on-kasan', null],
    ['2-x86_64-zpool-on-kasan', null],
    ['3-arm64-zpool-on-kasan', 'arm64&kvm'],
    ['4-arm64-zpool-on-kasan', 'arm64&kvm'],
  ])
  const tasks = placedTasks(aSubmission(1, { parts: [...parts] }), '/r')
  expect(tasks.map(({ constraint }) => constraint)).toEqual([undefined, undefined, 'arm64&kvm', 'arm64&kvm'])
})
