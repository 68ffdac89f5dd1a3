// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { guessedTouches, type Touches } from '../../kernel/touches.ts'
import { differingFiles, forecastBuilds, type GroupCache, type Ingredients, type PlannedBuild } from './forecast.ts'

/** Compiles a hundred objects for each option, ten for each file. */
const touches: Touches = { all: 1000, again: (options, files) => 100 * options.length + 10 * files.length }
const patches = (...names: string[]) => new Map(names.map((name) => [name, [`mm/${name}.c`, 'mm/all.c']]))
const build = (id: string, options: string, over: Partial<PlannedBuild> = {}): PlannedBuild => ({
  id,
  group: '6.1 x86_64 gcc',
  arch: 'x86_64',
  options: options.split(' ').map((name) => `CONFIG_${name}=y`),
  patches: patches(),
  cached: false,
  ...over,
})
const forecast = (builds: readonly PlannedBuild[], finished: GroupCache['finished'] = []) =>
  Object.fromEntries(forecastBuilds(builds, new Map(builds.map(({ group }) => [group, { touches, finished }]))))

const legs = (id: string, options: string): PlannedBuild[] => [
  build(`${id}-before`, options, { patches: patches('base') }),
  build(`${id}-after`, options, { patches: patches('base', 'fix') }),
]

describe('a forecast', () => {
  test('is one full build of a group, and legs that differ by the files of the patch', () => {
    expect(forecast([...legs('on', 'A B'), ...legs('off', 'A C')])).toEqual({
      'on-before': { cached: false, objects: 1000, full: true, donor: null },
      'on-after': { cached: false, objects: 20, full: false, donor: 'on-before' },
      'off-before': { cached: false, objects: 200, full: false, donor: 'on-before' },
      'off-after': { cached: false, objects: 20, full: false, donor: 'off-before' },
    })
  })

  test('is another full build for another tree, architecture or compiler', () => {
    const other = build('other', 'A', { group: '6.12 x86_64 gcc' })
    expect(forecast([build('one', 'A'), other]).other).toMatchObject({ objects: 1000, full: true })
  })

  test('starts from the nearest build, wherever it is in the plan', () => {
    const all = forecast([build('first', 'A B C'), build('far', 'D E F'), build('between', 'A B D')])
    // In the order of the plan, the second one would cost 600.
    expect(Object.values(all).map(({ objects }) => objects)).toEqual(expect.arrayContaining([1000, 200, 400]))
  })

  test('starts from a build in the cache that is nearer than those of the plan', () => {
    const finished = [{ ...build('', 'A C'), touches }]
    expect(forecast([build('on', 'A B'), build('off', 'A C D')], finished)).toMatchObject({
      on: { donor: null, objects: 200, full: false },
      off: { donor: null, objects: 100, full: false },
    })
  })

  test('counts the objects of a donor by its own records', () => {
    const own: Touches = { all: 1000, again: () => 7 }
    expect(forecast([build('on', 'A B')], [{ ...build('', 'A'), touches: own }]).on).toMatchObject({ objects: 7 })
  })

  test('of a kernel in the cache is nothing, and nothing waits for it', () => {
    const all = forecast([build('on', 'A B', { cached: true }), build('off', 'A C')])
    expect(all.on).toEqual({ cached: true, objects: 0, full: false, donor: null })
    expect(all.off).toMatchObject({ donor: null, full: true })
  })

  test('of the second of two equal kernels is nothing, after the first', () => {
    const all = forecast([build('v1-before', 'A B'), build('v2-before', 'B A')])
    expect(all['v2-before']).toEqual({ cached: false, objects: 0, full: false, donor: 'v1-before' })
  })

  test('of other flags of the compiler is a full build', () => {
    const cache = { touches: guessedTouches('x86_64'), finished: [] }
    const builds = [build('kasan', 'KASAN ZSWAP'), build('plain', 'ZSWAP')]
    const all = forecastBuilds(builds, new Map([[builds[0]!.group, cache]]))
    expect([...all.values()].map(({ full }) => full)).toEqual([true, true])
  })
})

test.each<[string, Ingredients['patches'], Ingredients['patches'], string[]]>([
  ['equal patches', patches('a'), patches('a'), []],
  ['one more', patches('a'), patches('a', 'b'), ['mm/all.c', 'mm/b.c']],
  ['one less', patches('a', 'b'), patches('a'), ['mm/all.c', 'mm/b.c']],
  ['others', patches('a'), patches('b'), ['mm/a.c', 'mm/all.c', 'mm/b.c']],
])('files that differ by %s', (_, a, b, files) =>
  expect(differingFiles({ options: [], patches: a }, { options: [], patches: b })).toEqual(files),
)
