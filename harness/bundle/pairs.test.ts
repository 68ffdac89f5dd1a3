// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { openedOf, type Parts, partsOf } from '../testing/bundles.ts'
import { pairBundles, whyNoPair } from './pairs.ts'

const before = partsOf('before')
const after = partsOf('after')

const why = (one: Parts, other: Parts): string | undefined =>
  whyNoPair({ before: openedOf(one), after: openedOf(other) })

test('a before and an after bundle of one cell are a pair', () => {
  expect(why(before, after)).toBeUndefined()
  const pairs = pairBundles([openedOf(after), openedOf(before)])
  expect(pairs).toHaveLength(1)
  expect(Object.keys(pairs[0]!.legs).sort()).toEqual(['after', 'before'])
})

test('one bundle is a leg alone', () => {
  expect(pairBundles([openedOf(after)])).toMatchObject([{ legs: { after: {} } }])
})

const meta = (part: object): Parts => ({ ...after, build: { ...after.build, meta: { ...after.build.meta, ...part } } })
const SOURCES = { 'mm/zsmalloc.c': 'f'.repeat(64) }

test.each<[string, Parts, string]>([
  [
    'another content of the tree',
    { ...after, build: { ...after.build, inputs: { ...after.build.inputs, treeKey: 'x' } } },
    'content of the tree',
  ],
  ['another compiler', meta({ toolchain: 'gcc 13' }), 'compiler'],
  ['other options', meta({ options: ['CONFIG_KASAN=y'] }), 'kernel options'],
  ['another version', meta({ version: '6.12' }), 'kernel version'],
  ['another series', { ...after, series: { ...after.series, title: 'other' } }, 'series'],
  [
    'another machine',
    { ...after, boot: { ...after.boot, machine: { ...after.boot.machine, memoryMiB: 256 } } },
    'machine',
  ],
  [
    'another seed',
    { ...after, boot: { ...after.boot, request: { ...after.boot.request, seed: '2' } } },
    'settings of the boot',
  ],
  ['the key of the same kernel', meta({ key: before.build.meta.key }), 'hold the same kernel'],
  ['the same image', meta({ imageHash: before.build.meta.imageHash }), 'hold the same kernel'],
  ['another baseline', { ...after, build: { ...after.build, baseline: SOURCES } }, 'do not belong together'],
  [
    'no difference in what is touched',
    { ...after, build: { ...after.build, sources: before.build.sources } },
    'differ in no file',
  ],
])('%s makes no pair', (_, other, message) => {
  expect(why(before, other)).toContain(message)
  expect(() => pairBundles([openedOf(before), openedOf(other)])).toThrow(message)
})

test.each<[string, Partial<Parts['cell']>, string]>([
  ['trees', { tree: 'debian:6.12' }, 'have another tree: debian:6.1 and debian:6.12'],
  ['configs', { config: 'zpool-off' }, 'have another config: zpool-on and zpool-off'],
  ['profiles', { profile: 'lockdep' }, 'have another profile'],
])('a before and an after of different %s are refused, not judged one by one', (_, part, message) => {
  const other = { ...after, cell: { ...after.cell, ...part } }
  expect(() => pairBundles([openedOf(before), openedOf(other)])).toThrow(message)
})

test('the same leg twice is refused', () => {
  expect(() => pairBundles([openedOf(after), openedOf(after, 'again.tar.zst')])).toThrow('both the leg after')
})
