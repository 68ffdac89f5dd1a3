// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { matrixFrom } from '../../commands/actions/matrix.ts'
import { planSchema } from '../../inputs/plans/schema.ts'
import { listCorpus } from '../../inputs/series/load.ts'
import type { Series } from '../../inputs/series/model.ts'
import { noSeries } from '../../inputs/series/none.ts'
import { parseYaml } from '../../inputs/yaml/load.ts'
import type { Lookup } from '../request.ts'
import { ownOfSeries } from './own.ts'
import { placesOf, productsOf } from './select.ts'
import { inShard } from './shard.ts'

const CORPUS: NonNullable<Series['corpus']> = { commit: '0123456789ab', people: ['a', 'b', 'c'], timing: false }
const bug = (part: Partial<Series> = {}): Series => ({
  ...noSeries,
  name: 'bug',
  corpus: CORPUS,
  applicability: [
    { versions: '<6.8', state: 'code-gone', note: 'not yet' },
    { versions: '>=6.12 <6.13', state: 'reintroduces', note: 'put back' },
    { versions: '>=7.3', state: 'applies', note: 'live' },
  ],
  ...part,
})

const own = (one: Series) => ownOfSeries(new Map<string, Lookup<Series>>([[one.name, { value: one }]]))(one.name)

describe('a series of the corpus has cells', () => {
  test.each([
    ['debian:6.1', false],
    ['debian:6.12', true],
    ['debian:6.12=6.12.107-1~deb12u1', true],
    ['debian:7.3', true],
    ['v6.9', false],
    ['6.12.3', true],
    ['git:https://x/y#v6.9', false],
  ])('on %s: %s', (tree, expected) => {
    expect(own(bug()).livesOn(tree, 'x86_64')).toBe(expected)
  })

  test.each(['dir:/src/linux', 'dir:6.1', 'dir:/src/a:6.1', 'tar:/src/x.tar.xz', 'git:https://x/y#topic'])(
    'on %s, whose version only the run can tell',
    (tree) => {
      expect(own(bug()).livesOn(tree, 'x86_64')).toBe(true)
    },
  )

  test('on its architectures alone', () => {
    const one = own(bug({ corpus: { ...CORPUS, archs: ['arm64'] } }))
    expect([one.livesOn('debian:6.12', 'arm64'), one.livesOn('debian:6.12', 'x86_64')]).toEqual([true, false])
  })
})

test('another series has cells everywhere, so that a run can say why it does not apply', () => {
  const { corpus: _, ...rest } = bug()
  expect(own(rest).livesOn('debian:6.1', 'x86_64')).toBe(true)
})

test('the configs that show a bug win over those of a run', () => {
  const one = bug({ corpus: { ...CORPUS, configs: ['zpool-on'] } })
  expect([own(bug()).configs, own(one).configs]).toEqual([['zpool-on', 'zpool-off'], ['zpool-on']])
})

test('a series that cannot be read has cells everywhere, which report why', () => {
  const broken = ownOfSeries(new Map([['bug', { error: new Error('x') }]]))('bug')
  expect(broken.livesOn('debian:6.1', 'arm64')).toBe(true)
  expect([broken.configs, broken.profile]).toEqual([['zpool-on', 'zpool-off'], 'kasan'])
})

const NAMES = {
  configs: ['zpool-on', 'zpool-off', 'other'],
  profiles: ['kasan', 'lockdep'],
  series: ['bug', 'patch'],
  corpus: ['bug'],
}
const PLAN = `title: a plan
trees: ["debian:6.1", "debian:6.12"]
archs: [x86_64]
legs: [after]
`
const SERIES = new Map<string, Lookup<Series>>([
  ['bug', { value: bug({ settings: { configs: ['other'], profile: 'lockdep' } }) }],
  ['patch', { value: { ...noSeries, name: 'patch' } }],
])
const placesIn = (text: string): readonly string[] => {
  const plan = parseYaml(`${PLAN}${text}`, 'p.yaml', planSchema(NAMES), 'README.md')
  return placesOf(productsOf(plan), plan.exclude, ownOfSeries(SERIES)).map(
    ({ tree, series, config, profile }) => `${tree} ${series} ${config} ${profile}`,
  )
}

describe('a plan', () => {
  test.each<[string, readonly string[]]>([
    ['series: [corpus]\nconfigs: [own]\nprofiles: [own]', ['debian:6.12 bug other lockdep']],
    [
      'series: [corpus]\nconfigs: [own, zpool-on, other]\nprofiles: [kasan, own]',
      ['kasan', 'lockdep'].flatMap((profile) => [
        `debian:6.12 bug other ${profile}`,
        `debian:6.12 bug zpool-on ${profile}`,
      ]),
    ],
    [
      'series: [corpus, patch, bug]\nconfigs: [own]\nprofiles: [own]\nexclude: [{configs: [zpool-off]}]',
      ['debian:6.1 patch zpool-on kasan', 'debian:6.12 bug other lockdep', 'debian:6.12 patch zpool-on kasan'],
    ],
    [
      'series: [all]\nconfigs: [own]\nprofiles: [own]\nexclude: [{series: [patch], configs: [own]}]',
      ['debian:6.12 bug other lockdep'],
    ],
  ])('with %j', (text, expected) => {
    expect(placesIn(text)).toEqual(expected)
  })
})

describe('the plan corpus', async () => {
  const names = await listCorpus()
  const { pairs } = await matrixFrom('corpus', { amplify: true })

  test.each(names)('has a pair of %s', (name) => {
    expect(pairs.filter(({ series }) => series === name)).not.toEqual([])
  })

  test('has both legs of each pair, and no other series', () => {
    for (const { series, cells } of pairs) {
      expect(names).toContain(series)
      expect(cells.map(({ leg }) => leg)).toEqual(['before', 'after'])
    }
  })

  test('is what its shards are together', () => {
    const parts = [1, 2, 3].flatMap((index) => inShard(pairs, { index, of: 3 }))
    expect(parts.map(({ id }) => id).sort()).toEqual(pairs.map(({ id }) => id).sort())
  })

  test('has the sample', async () => {
    const sample = await matrixFrom('corpus-sample', { amplify: true })
    const placesHere = new Set(pairs.map(({ tree, series, arch, config }) => `${tree} ${series} ${arch} ${config}`))
    for (const { tree, series, arch, config } of sample.pairs)
      expect(placesHere).toContain(`${tree} ${series} ${arch} ${config}`)
    expect(sample.pairs.length).toBeGreaterThanOrEqual(2)
  })

  test('has nothing of a bug on a tree where it cannot live', async () => {
    const flags = { amplify: true, tree: ['debian:6.1'], series: ['zswap-shrinker-nomemcg'] }
    expect((await matrixFrom('corpus', flags)).pairs).toEqual([])
  })
})
