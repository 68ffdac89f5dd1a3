// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changedOptions, forecastTakenOver } from './progress.ts'

let dir: string
let whole: string
beforeAll(async () => {
  whole = await mkdtemp(join(tmpdir(), 'zsharness-progress-'))
  dir = await mkdtemp(join(tmpdir(), 'zsharness-progress-'))
  await mkdir(join(dir, 'mm'))
  await writeFile(
    join(dir, 'mm/.zswap.o.cmd'),
    '  $(wildcard include/config/ZSWAP) \\\n  ../include/linux/zpool.h \\\n',
  )
  await writeFile(join(dir, 'mm/.swap.o.cmd'), '  $(wildcard include/config/ZSWAP_DEFAULT_ON) \\\n')
  await writeFile(join(dir, 'mm/.zsmalloc.o.cmd'), 'source_mm/zsmalloc.o := ../mm/zsmalloc.c\n')
  await writeFile(join(dir, 'mm/zswap.o'), '$(wildcard include/config/ZSWAP)')
})
afterAll(async () => {
  for (const one of [dir, whole]) await rm(one, { recursive: true, force: true })
})

test('options that differ, came or went', () => {
  const before = 'CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=3\nCONFIG_D=y\n'
  expect(changedOptions(before, 'CONFIG_A=y\nCONFIG_B=y\nCONFIG_C=4\n# CONFIG_D is not set\n')).toEqual(['B', 'C', 'D'])
  expect(changedOptions(before, before)).toEqual([])
})

test('removed objects count too', async () => {
  expect(await forecastTakenOver(dir, ['ZSWAP'], [], 4)).toEqual({ objects: 5 })
  expect(await forecastTakenOver(dir, [], [], 4)).toEqual({ objects: 4 })
})

test('an option in the command of every object compiles all of the kernel again, and no program of the host', async () => {
  for (const [name, record] of [
    ['mm/.a.o.cmd', 'savedcmd_mm/a.o := gcc'],
    ['kernel/.b.o.cmd', 'cmd_kernel/b.o := gcc'],
    ['scripts/.c.o.cmd', 'cmd_scripts/c.o := gcc'],
  ] as const) {
    await mkdir(join(whole, name, '..'), { recursive: true })
    await writeFile(join(whole, name), `${record}\n`)
  }
  expect(await forecastTakenOver(whole, ['KASAN', 'ZSWAP'], [])).toEqual({ objects: 2 })
})

test.each([
  [['ZSWAP'], [], 1],
  [['ZSWAP', 'ZSWAP_DEFAULT_ON'], [], 2],
  [[], ['mm/zsmalloc.c', 'include/linux/zpool.h'], 2],
  [[], [], 1],
])('options %j and files %j: %i objects', async (options, files, objects) => {
  expect(await forecastTakenOver(dir, options, files)).toEqual({ objects })
})
