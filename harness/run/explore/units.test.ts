// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { type ArchName, exploration, type LegName } from '../../model/results.ts'
import { planPairs } from '../plan/pairs.ts'
import { folderOf, namesOf, unitsOf } from './units.ts'

const place = (
  config: string,
  arch: ArchName,
  legs: readonly LegName[] = ['before', 'after'],
  tree = 'debian:6.1',
) => ({
  ...{ tree, series: 's', arch, config, profile: 'kasan', legs },
})

const PLAN = planPairs(
  [place('zpool-on', 'x86_64'), place('zpool-on', 'arm64'), place('zpool-off', 'arm64', ['after'])],
  1,
)

describe('what is explored', () => {
  test('is each code once, whatever boots it', () =>
    expect(unitsOf(PLAN, PLAN).map(({ name, legs }) => [name, legs])).toEqual([
      ['zpool-on', ['before', 'after']],
      ['zpool-off', ['after']],
    ]))

  test('is explored by the shard of its first pair alone', () => {
    const shards = [PLAN.slice(0, 1), PLAN.slice(1)]
    expect(shards.map((shard) => unitsOf(shard, PLAN).map(({ name }) => name))).toEqual([['zpool-on'], ['zpool-off']])
  })

  test('has names that tell several trees apart, and equal ones too', () => {
    const code = (tree: string, config = 'c') => ({ tree, series: 's', config })
    expect(namesOf([code('debian:6.1'), code('debian:7.3')])).toEqual(['c-debian-6.1', 'c-debian-7.3'])
    expect(namesOf([code('a', 'c'), code('a', 'c')])).toEqual(['c', 'c-1'])
  })

  test('has the folder to itself only where it is alone', () =>
    expect([folderOf('c', true), folderOf('c', false)]).toEqual(['explore', 'explore/c']))
})

test.each(['../../../tmp/x', '..', '.', '', 'a/b'])('no name leads out of the folder: %j', (odd) => {
  const codes = [
    { tree: 't', series: odd, config: 'a' },
    { tree: 't', series: 's', config: odd },
    { tree: 't', series: odd, config: odd },
  ]
  for (const name of [...namesOf(codes), ...namesOf([codes[1]!])]) {
    const path = folderOf(name, false)
    expect(exploration.shape.path.safeParse(path).success).toBe(true)
  }
})
