// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matrixFrom, type SelectionFlags, valuesFrom } from '../../commands/actions/matrix.ts'
import { shardFrom } from '../../commands/shared/shard.ts'
import { findPlan, loadPlan, namesThereAre } from '../../inputs/plans/load.ts'
import { planSchema } from '../../inputs/plans/schema.ts'
import { parseYaml } from '../../inputs/yaml/load.ts'
import { paths } from '../../lib/paths.ts'
import { UsageError } from '../../model/errors.ts'
import { archName } from '../../model/results.ts'
import type { BuildForecast } from './forecast.ts'
import { fittingShards, githubMatrix, jobsFor } from './github.ts'
import { type PairPlace, type PairPlan, planPairs } from './pairs.ts'
import { leftOutOf, narrowed, placeKey, placesOf, productsOf } from './select.ts'
import { inShard, shardOf } from './shard.ts'
import { planTable } from './table.ts'
import { type Expected, tasksFor } from './tasks.ts'

const names = { configs: ['off', 'on'], profiles: ['kasan', 'plain'], series: ['posted', 'v2'], corpus: ['v2'] }
const PLAN = `title: a plan
trees: [v6.1]
series: [posted]
archs: [x86_64, arm64]
configs: [all]
profiles: [kasan]
`
const parse = (text: string) => parseYaml(text, 'p.yaml', planSchema(names), 'README.md')
const cellsOf = (text: string, flags: SelectionFlags = { amplify: true }): string[] => {
  const plan = parse(text)
  const places = placesOf(narrowed(productsOf(plan), valuesFrom(flags, names)), plan.exclude)
  return planPairs(places, plan.runs).flatMap(({ cells }) => cells.map(({ id }) => id))
}

describe('a plan', () => {
  test('is the product of its lists', () => {
    expect(cellsOf(PLAN)).toEqual(
      ['x86_64', 'arm64'].flatMap((arch) =>
        ['off', 'on'].flatMap((config) => ['before', 'after'].map((leg) => `${arch}-${config}-kasan-${leg}`)),
      ),
    )
  })

  test.each([
    ['legs: [after]\nconfigs: [on]', ['x86_64-on-kasan-after', 'arm64-on-kasan-after']],
    ['legs: [after]\nconfigs: [on]\nexclude: [{archs: [arm64]}]', ['x86_64-on-kasan-after']],
    ['legs: [after]\nconfigs: [on]\nexclude: [{}]', ['x86_64-on-kasan-after', 'arm64-on-kasan-after']],
    ['configs: [on]\nexclude: [{legs: [before]}, {archs: [x86_64], configs: [on]}]', ['arm64-on-kasan-after']],
    [
      'legs: [after]\nconfigs: [on]\ninclude: [{archs: [arm64], profiles: [plain, kasan]}]',
      ['x86_64-on-kasan-after', 'arm64-on-kasan-after', 'arm64-on-plain-after'],
    ],
    [
      'archs: [arm64]\nconfigs: [on]\nlegs: [after]\nruns: 2',
      ['arm64-on-kasan-after-run1', 'arm64-on-kasan-after-run2'],
    ],
    [
      'archs: [arm64]\nconfigs: [on]\nlegs: [after]\ntrees: ["debian:6.1", "dir:/src/linux"]\nseries: [posted, v2]',
      [
        'arm64-on-kasan-debian-6.1-posted-after',
        'arm64-on-kasan-debian-6.1-v2-after',
        expect.stringMatching(/^arm64-on-kasan-dir-src-linux-[0-9a-f]{6}-posted-after$/),
        expect.stringMatching(/^arm64-on-kasan-dir-src-linux-[0-9a-f]{6}-v2-after$/),
      ],
    ],
  ])('with %j', (more, expected) => {
    const keys = more.split('\n').map((line) => line.split(':')[0])
    const rest = PLAN.split('\n').filter((line) => !keys.includes(line.split(':')[0]!))
    expect(cellsOf([more, ...rest].join('\n'))).toEqual(expected)
  })

  test.each<[string, Partial<SelectionFlags>, string[]]>([
    ['narrows', { arch: ['arm64'], config: ['on'], leg: 'after' }, ['arm64-on-kasan-after']],
    ['replaces', { profile: ['plain'], arch: ['x86_64'], config: ['on'], leg: 'after' }, ['x86_64-on-plain-after']],
    [
      'all',
      { series: ['v2'], arch: ['arm64'], config: ['all'], leg: 'after' },
      ['arm64-off-kasan-after', 'arm64-on-kasan-after'],
    ],
  ])('a flag %s', (_, flags, expected) => expect(cellsOf(PLAN, { amplify: true, ...flags })).toEqual(expected))

  test('flags leave cells out, which are counted by series', () => {
    const all = placesOf(productsOf(parse(PLAN)), [])
    const kept = all.filter(({ arch, config }) => arch === 'arm64' && config === 'on')
    expect(leftOutOf(all, kept)).toEqual({ posted: 6 })
    expect(leftOutOf(all, all)).toEqual({})
    // What is not in the plan's file is nothing that was left out.
    expect(leftOutOf(kept, all)).toEqual({})
  })

  test('a flag with a value of an include narrows the plan', () => {
    const text = `${PLAN}include: [{archs: [arm64], configs: [on], profiles: [plain]}]\nlegs: [after]\n`
    expect(cellsOf(text, { amplify: true, profile: ['plain'] })).toEqual(['arm64-on-plain-after'])
  })

  test.each([
    ['trees: [v6.1]', 'trees: ["debain:6.1"]', /^p.yaml:2:9: trees\[0\]:.*did you mean debian/],
    ['archs: [x86_64, arm64]', 'archs: [arm46]', /^p.yaml:4:9: archs\[0\]: "arm46".*did you mean arm64/],
    ['configs: [all]', 'configs: [of]', /^p.yaml:5:11: configs\[0\]: "of".*did you mean off/],
    ['configs: [all]', 'confgs: [all]', /p.yaml:5:1: unknown key "confgs" — did you mean configs/],
    ['profiles: [kasan]', 'profiles: []', /^p.yaml:6:11: profiles: Too small/],
    ['series: [posted]', 'series: [post]', /^p.yaml:3:10: series\[0\]:.*did you mean posted/],
    ['title: a plan', 'title: x\nruns: 0', /^p.yaml:2:7: runs: Too small/],
    ['title: a plan', 'title: x\nduration: soon', /^p.yaml:2:11: duration: duration soon: not a length/],
    [
      'title: a plan',
      'title: x\ninclude: [{arch: [arm64]}]',
      /p.yaml:2:12: include\[0\]: unknown key "arch" — did you mean archs/,
    ],
    ['title: a plan', 'title: x\nlanes: [pumps]', /^p.yaml:2:9: lanes\[0\]:.*did you mean pump/],
  ])('replacing %j by %j is an error with its position', (line, wrong, message) => {
    expect(() => parse(PLAN.replace(line, wrong))).toThrow(UsageError)
    expect(() => parse(PLAN.replace(line, wrong))).toThrow(message)
  })

  test.each<[Partial<SelectionFlags>, RegExp]>([
    [{ arch: ['arm46'] }, /unknown architecture 'arm46'/],
    [{ series: ['post'] }, /unknown series 'post' — did you mean posted/],
    [{ leg: 'befor' }, /did you mean before/],
  ])('flags %j are rejected', (flags, message) => {
    expect(() => valuesFrom({ amplify: true, ...flags }, names)).toThrow(message)
  })

  test('a wrong tree is rejected', async () => {
    await expect(matrixFrom('nightly', { tree: ['debain:6.1'] })).rejects.toThrow(/debian/)
  })
})

describe('the plans in harness/inputs/plans', () => {
  test('each is valid and has cells', async () => {
    for (const name of (await readdir(paths.plans)).filter((file) => file.endsWith('.yaml')))
      expect((await matrixFrom(name, { amplify: true })).pairs.length, name).toBeGreaterThan(0)
  })

  test('nightly has both architectures, both legs and every config that can show the patch', async () => {
    const { pairs, settings, name } = await matrixFrom('nightly', { amplify: true })
    const { configs } = await namesThereAre()
    expect(name).toBe('nightly')
    const ofPatch = pairs.filter(({ series }) => series !== 'none')
    // 6.1 cannot tell the pools of zswap and zram apart.
    expect(ofPatch).toHaveLength(2 * configs.filter((config) => config !== 'zswap-zram').length)
    expect(ofPatch.every(({ cells }) => cells.length === 2)).toBe(true)
    expect(settings).toMatchObject({ amplify: true, seed: '1', durationS: null })
  })

  test('nightly boots 6.12 and 7.3 once as they are, on both architectures, with zswap on and off', async () => {
    const { pairs } = await matrixFrom('nightly', { amplify: true })
    const stock = pairs.filter(({ series }) => series === 'none')
    expect(new Set(stock.map(({ tree, arch, config }) => `${tree} ${arch} ${config}`)).size).toBe(8)
    expect(stock.map(({ cells }) => cells.map(({ leg }) => leg))).toEqual(Array.from({ length: 8 }, () => ['after']))
  })

  test('flags override nightly', async () => {
    const flags = { amplify: false, runs: '3', seed: '9', duration: '5s', lane: ['race'] }
    const { settings, pairs } = await matrixFrom('nightly.yaml', flags)
    expect(pairs.every(({ cells }) => cells.some(({ run }) => run === 3))).toBe(true)
    expect(settings).toMatchObject({ amplify: false, seed: '9', durationS: 5, lanes: ['race'] })
  })

  test('an unknown plan is an error with the nearest name', async () => {
    await expect(findPlan('nightli')).rejects.toThrow('did you mean nightly?')
    await expect(loadPlan('/no/such.yaml', names)).rejects.toThrow('cannot be read')
  })
})

const place = fc.record({
  tree: fc.constantFrom('debian:6.1', 'v6.2-rc4', '6.1.100'),
  series: fc.constantFrom('posted', 'v2'),
  arch: fc.constantFrom(...archName.options),
  config: fc.constantFrom('on', 'off', 'on-nocompact'),
  profile: fc.constantFrom('kasan', 'lockdep', 'plain'),
})
const places = fc.uniqueArray(place, { maxLength: 40, selector: placeKey })

describe('shards', () => {
  test('of any plan contain each place once', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 20 }), (all, of) => {
        const parts = Array.from({ length: of }, (_, index) => inShard(all, { index: index + 1, of }))
        expect(parts.flat().map(placeKey).sort()).toEqual(all.map(placeKey).sort())
      }),
    )
  })

  test('keep their places when the plan grows', () => {
    fc.assert(
      fc.property(places, places, fc.integer({ min: 1, max: 9 }), (some, more, of) => {
        const grown = [...more.filter((one) => !some.some((two) => placeKey(one) === placeKey(two))), ...some]
        for (let index = 1; index <= of; index++) {
          const [was, now] = [some, grown].map((all) => new Set(inShard(all, { index, of }).map(placeKey)))
          for (const key of was!) expect(now).toContain(key)
        }
      }),
    )
  })

  test('keep builds that share objects together, and the two architectures apart', () => {
    fc.assert(
      fc.property(place, place, fc.integer({ min: 2, max: 9 }), (one, two, of) => {
        const same: PairPlace = { ...two, tree: one.tree, arch: one.arch, profile: one.profile }
        expect(shardOf(one, of)).toBe(shardOf(same, of))
        expect(shardOf({ ...one, arch: 'x86_64' }, of)).not.toBe(shardOf({ ...one, arch: 'arm64' }, of))
      }),
    )
  })

  test('do not change between versions', () => {
    expect(shardOf({ tree: 'debian:6.1', arch: 'x86_64', profile: 'kasan' }, 1000)).toBe(473)
  })

  test.each(['0/2', '3/2', '1', 'a/b', '1/0', '-1/2', '1/2/3', ''])('%j is not a shard', (text) => {
    expect(() => shardFrom(text)).toThrow(UsageError)
  })
  test('1/3 is the first of three', () => expect(shardFrom('1/3')).toEqual({ index: 1, of: 3 }))
})

const pairsIn = (text: string): readonly PairPlan[] => {
  const plan = parse(text)
  return planPairs(placesOf(productsOf(plan), plan.exclude), plan.runs)
}

describe('CI jobs', () => {
  test('there is one for each group of builds, with its shard', () => {
    const pairs = pairsIn(PLAN)
    const jobs = jobsFor(pairs, fittingShards(pairs))
    expect(jobs.map(({ name, cells }) => [name, cells]).sort()).toEqual([
      ['arm64 kasan v6.1', 4],
      ['x86_64 kasan v6.1', 4],
    ])
    expect(JSON.parse(githubMatrix(jobs))).toEqual({ include: jobs })
  })

  test('there is none for a shard without cells', () => {
    expect(jobsFor(pairsIn(PLAN.replace('x86_64, ', '')), 50)).toHaveLength(1)
  })

  test('together they hold all cells of the plan', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 12 }), (all, of) => {
        const pairs = planPairs(
          all.map((one) => ({ ...one, legs: ['before', 'after'] as const })),
          1,
        )
        expect(jobsFor(pairs, of).reduce((sum, { cells }) => sum + cells, 0)).toBe(2 * all.length)
      }),
    )
  })
})

describe('the table', () => {
  const pairs = pairsIn(PLAN.replace('x86_64, ', '').replace('[all]', '[on, off]'))
  const forecasts = (): Record<string, BuildForecast | undefined> => ({
    'arm64-on-kasan-before': { cached: true, objects: 0, full: false, donor: null },
    'arm64-on-kasan-after': { cached: false, objects: 6, full: false, donor: null },
    'arm64-off-kasan-before': { cached: false, objects: 640, full: true, donor: null },
    'arm64-off-kasan-after': undefined,
  })
  const textOf = (all: Record<string, BuildForecast | undefined>): string => {
    const build: Expected['build'] = ({ id }, leg) => all[`${id}-${leg}`]
    const expected = { build, speed: () => ({ fixedS: 10, objectS: 1 }), bootSeconds: () => 30, bootMiB: 1024 }
    const tasks = tasksFor(pairs, { cores: 2, memoryMiB: 8_000 }, expected)
    return planTable({ pairs, tasks, build, cores: 2, notes: [], seconds: { eta: 90, floor: 60 } })
  }

  test('shows what each kernel compiles, and how long that takes', () => {
    const text = textOf(forecasts())
    expect(text).toMatch(/arm64-on-kasan-before +v6.1 +posted +cached/)
    expect(text).toMatch(/arm64-on-kasan-after +v6.1 +posted +6 objects, 13 s +30 s/)
    expect(text).toMatch(/arm64-off-kasan-before +v6.1 +posted +640 objects, 5 min 30 s +30 s/)
    expect(text).toMatch(/arm64-off-kasan-after +v6.1 +posted +cannot be built/)
  })

  test('shows the ETA, and the floor with the work that it consists of', () => {
    const text = textOf(forecasts())
    expect(text).toMatch(/^4 cells, 4 kernels \(1 in the cache\); ETA on this host: 1 min 30 s$/m)
    expect(text).toMatch(
      /^no order is faster than 1 min 0 s on 2 cores: 1 full build, 6 objects in 1 other build, 4 boots$/m,
    )
  })

  test('names the build that makes the same kernel', () => {
    const same = { cached: false, objects: 0, full: false, donor: 'arm64-on-kasan-after' }
    expect(textOf({ ...forecasts(), 'arm64-off-kasan-after': same })).toMatch(
      /arm64-off-kasan-after +v6.1 +posted +that of arm64-on-kasan-after/,
    )
  })
})

test.each([
  ['two trees', { tree: 'dir:a:b' }, { tree: 'dir:a-b' }],
  ['a tree and a series', { tree: 'v6.2', series: 'rc4-x' }, { tree: 'v6.2-rc4', series: 'x' }],
])('cells of %s whose names join alike have names of their own', (_, one, other) => {
  const place = { tree: 'v6.1', series: 'x', arch: 'x86_64', config: 'on', profile: 'kasan', legs: ['after'] } as const
  const ids = planPairs([{ ...place, ...one }, { ...place, ...other }, place, { ...place, series: 'y' }], 1).map(
    ({ id }) => id,
  )
  expect(new Set(ids).size).toBe(4)
})
