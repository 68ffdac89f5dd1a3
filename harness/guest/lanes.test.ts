// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { paths } from '../lib/paths.ts'
import { laneName } from '../model/results.ts'
import { lanes, lanesFor, secondsOf } from './lanes.ts'

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

test('a kernel runs the lanes that its options allow, of those asked for', () => {
  const zswap = new Set(['CONFIG_ZSWAP', 'CONFIG_ZPOOL', 'CONFIG_ZRAM'])
  expect(names(lanesFor(zswap, []))).toEqual(['race', 'pump', 'restore', 'classes'])
  expect(names(lanesFor(zswap, ['pump', 'zram']))).toEqual(['pump'])
  expect(names(lanesFor(new Set(['CONFIG_ZRAM']), []))).toEqual(['zram'])
  expect(lanesFor(new Set(), [])).toEqual([])
})

test("the user's programs run on any kernel, after the lanes of the guest, and only where they are asked for", () => {
  const zswap = new Set(['CONFIG_ZSWAP', 'CONFIG_ZPOOL'])
  expect(names(lanesFor(zswap, ['workload', 'pump']))).toEqual(['pump', 'workload'])
  expect(names(lanesFor(new Set(), ['workload']))).toEqual(['workload'])
  const [pump, workload] = lanesFor(zswap, ['workload', 'pump'])
  expect([secondsOf(pump!, 5, 60), secondsOf(pump!, null, 60), secondsOf(workload!, 5, 60)]).toEqual([5, 8, 60])
})
