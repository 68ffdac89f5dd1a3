// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { paths } from '../lib/paths.ts'
import { OWN_LANES } from '../model/names.ts'
import { type LaneName, laneName } from '../model/results.ts'
import { generationOf } from './generation.ts'
import { lanes, lanesFor, lanesOfSeries, lanesUnfit, secondsOf } from './lanes.ts'

const programs = join(paths.guest, 'lanes')
const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name)

test('every lane has a program that defines it, and a row in the README of the guest', () => {
  expect(readdirSync(programs).sort()).toEqual(laneName.options.map((name) => `${name}.c`).sort())
  const readme = readFileSync(join(paths.guest, 'README.md'), 'utf8')
  for (const { name } of lanes) {
    expect(readFileSync(join(programs, `${name}.c`), 'utf8')).toContain(`DEFINE_LANE(${name},`)
    expect(readme).toContain(`| \`${name}\` |`)
  }
})

test('the race comes first', () => expect(lanes[0]?.name).toBe('race'))

const ofZsmalloc = generationOf(new Set(['zs_zpool_shrink', 'zswap_writeback_entry']))
const ofMemcg = generationOf(new Set(['shrink_memcg_cb', '__read_swap_cache_async', 'zswap_invalidate']))
const without = generationOf(new Set(['zs_zpool_malloc', 'zswap_frontswap_store']))

test('a kernel runs the lanes that its options allow, of those asked for', () => {
  const zswap = new Set(['CONFIG_ZSWAP', 'CONFIG_ZSMALLOC', 'CONFIG_ZRAM'])
  const zram = new Set(['CONFIG_ZRAM', 'CONFIG_ZSMALLOC'])
  expect(names(lanesFor(zswap, ofZsmalloc, []))).toEqual(['race', 'pump', 'restore', 'classes'])
  expect(names(lanesFor(zswap, ofMemcg, []))).toEqual(
    OWN_LANES.filter((name) => !['kswapd', 'hotplug', 'shared', 'enable'].includes(name)),
  )
  const hotplug = new Set([...zswap, 'CONFIG_HOTPLUG_CPU'])
  expect(names(lanesFor(hotplug, without, ['hotplug']))).toEqual(['hotplug'])
  expect(names(lanesFor(hotplug, without, []))).not.toContain('hotplug')
  expect(names(lanesFor(zswap, without, []))).toEqual(['pump', 'restore', 'classes'])
  const zbud = new Set([...zswap, 'CONFIG_ZBUD'])
  expect(names(lanesFor(zbud, without, ['redirty', 'switch']))).toEqual(['redirty', 'switch'])
  expect(names(lanesFor(zswap, without, ['redirty', 'switch']))).toEqual(['redirty'])
  expect(names(lanesFor(zswap, ofZsmalloc, ['pump', 'zram']))).toEqual(['pump'])
  expect(names(lanesFor(zram, without, []))).toEqual(['zram'])
  expect(lanesFor(new Set(), ofZsmalloc, [])).toEqual([])
})

test("the user's programs run on any kernel, after the lanes of the guest, and only where they are asked for", () => {
  const zswap = new Set(['CONFIG_ZSWAP', 'CONFIG_ZSMALLOC'])
  expect(names(lanesFor(zswap, ofZsmalloc, ['workload', 'pump']))).toEqual(['pump', 'workload'])
  expect(names(lanesFor(new Set(), without, ['workload']))).toEqual(['workload'])
  const [pump, workload] = lanesFor(zswap, ofZsmalloc, ['workload', 'pump'])
  expect([secondsOf(pump!, 5, 60), secondsOf(pump!, null, 60), secondsOf(workload!, 5, 60)]).toEqual([5, 8, 60])
})

test.each<[string, readonly LaneName[], readonly LaneName[]]>([
  ['lanes that only other kernels have are named', ['pump', 'race', 'cgroup'], ['race', 'cgroup']],
  ['a lane that another config has is not', ['zram'], []],
  ['nothing was asked for', [], []],
])('on a kernel that cannot write back: %s', (_name, asked, unfit) =>
  expect(lanesUnfit(new Set(['CONFIG_ZSWAP', 'CONFIG_ZSMALLOC']), without, asked)).toEqual(unfit),
)

test('a bug can show in each lane that its series names', () => {
  const fitting = lanesFor(new Set(['CONFIG_ZRAM', 'CONFIG_ZSMALLOC']), without, [])
  expect(lanesOfSeries(fitting, []).map(({ meetsBug }) => meetsBug)).toEqual([false])
  expect(lanesOfSeries(fitting, ['zram']).map(({ meetsBug }) => meetsBug)).toEqual([true])
})
