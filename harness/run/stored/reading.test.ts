// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { Bundle } from '../../bundle/open.ts'
import type { Patch, Series } from '../../inputs/series/model.ts'
import type { LegName } from '../../model/results.ts'
import { openedOf, partsOf } from '../../testing/bundles.ts'
import { readingIn, whyNotTogether } from './reading.ts'

const [patch] = partsOf('after').series.patches as unknown as readonly [Patch]
const { legs: _l, state: _s, by: _b, basesInTree: _i, maintainers: _m, ...read } = partsOf('after').series
const series = (part: Partial<Series> = {}): Series =>
  ({ ...read, dir: '/here', patches: [patch], variants: [], bases: new Map(), ...part }) as unknown as Series
const other = { ...patch, sha256: 'f'.repeat(64) }
const bundle = (leg: LegName, change: (parts: ReturnType<typeof partsOf>) => object = () => ({})): Bundle => {
  const parts = partsOf(leg)
  return openedOf({ ...parts, ...change(parts) })
}

test('the reading is one of our own series', () => {
  const found = readingIn(bundle('after'), series(), [])
  expect(found).toMatchObject({ state: 'applies', basesInTree: false })
  expect(found?.series.dir).toBe('/here')
})

test.each<[string, Bundle, Series, readonly Patch[]]>([
  ['another patch', bundle('after'), series({ patches: [other] }), []],
  ['one more patch', bundle('after'), series({ patches: [patch, other] }), []],
  ['an extra patch', bundle('after'), series(), [other]],
  [
    'another state',
    bundle('after', ({ series: own }) => ({ series: { ...own, state: 'reintroduces' } })),
    series(),
    [],
  ],
  [
    'a series that refuses this tree',
    bundle('after'),
    series({ applicability: [{ versions: '>=6.1', state: 'code-gone', note: 'gone' }] as never }),
    [],
  ],
])('there is none with %s', (_, of, own, extra) => {
  expect(readingIn(of, own, extra)).toBeUndefined()
})

test('a tree that has the change already is read as the bundle says', () => {
  const has = bundle('after', ({ series: own }) => ({
    series: { ...own, state: 'already-applied', legs: { before: [{ ...patch, reverse: true }], after: [] } },
  }))
  expect(readingIn(has, series(), [])).toMatchObject({ state: 'already-applied' })
})

const legs = (before: Bundle, after: Bundle) =>
  new Map<LegName, Bundle>([
    ['before', before],
    ['after', after],
  ])

test.each<[string, (parts: ReturnType<typeof partsOf>) => object, string]>([
  [
    'of another tree',
    ({ build }) => ({ build: { ...build, inputs: { ...build.inputs, treeKey: 'x' } } }),
    'another content of the tree',
  ],
  [
    'of another version',
    ({ build }) => ({ build: { ...build, meta: { ...build.meta, version: '6.1.7' } } }),
    'version',
  ],
  ['with other options', ({ build }) => ({ build: { ...build, meta: { ...build.meta, options: [] } } }), 'options'],
  ['read otherwise', ({ series: own }) => ({ series: { ...own, by: 'text' } }), 'reading'],
  [
    'compared with other sources',
    ({ build }) => ({ build: { ...build, baseline: { 'mm/zsmalloc.c': 'x' } } }),
    'other sources',
  ],
])('two legs, one of them %s, are no pair', (_, change, why) => {
  expect(whyNotTogether(legs(bundle('before'), bundle('after')))).toBeUndefined()
  expect(whyNotTogether(legs(bundle('before'), bundle('after', change)))).toContain(why)
})

test('one leg is with itself', () => {
  expect(whyNotTogether(new Map([['after', bundle('after')]]))).toBeUndefined()
})
