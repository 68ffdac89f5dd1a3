// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guessedTouches, objectsOf, readTouches } from './touches.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-touches-'))
  const records = {
    'mm/.zswap.o.cmd': '$(wildcard include/config/ZSWAP) $(wildcard include/config/COMPACTION) ../mm/zswap.c',
    'mm/.swap.o.cmd': '$(wildcard include/config/ZSWAP)',
    'mm/.slab.o.cmd': '$(wildcard include/config/COMPACTION) $(wildcard include/config/COMPACTION)',
    'kernel/.fork.o.cmd': '$(wildcard include/config/ZSWAP_DEFAULT_ON)',
    'scripts/.host.o.cmd': '$(wildcard include/config/ZSWAP)',
    'mm/.zswap.ko.cmd': '$(wildcard include/config/ZSWAP)',
  }
  for (const [name, text] of Object.entries(records)) {
    await mkdir(dirname(join(dir, name)), { recursive: true })
    await writeFile(join(dir, name), `${text}\n`)
  }
})
afterAll(() => rm(dir, { recursive: true, force: true }))

// Five are compiled in every build.
test.each([
  [['ZSWAP'], [], 2 + 5],
  [['ZSWAP', 'COMPACTION'], [], 3 + 5],
  [['COMPACTION'], ['mm/zswap.c'], 2 + 5],
  [[], ['mm/zswap.c'], 1 + 5],
  [['NOT_THERE'], [], 0 + 5],
  [[], [], 0 + 5],
  [['KASAN'], [], 700],
])('options %j and files %j that differ from a build: %i objects', async (options, files, expected) => {
  const touches = await readTouches(dir, 700, ['ZSWAP', 'COMPACTION', 'NOT_THERE'], ['mm/zswap.c'])
  expect(touches.again(options, files)).toBe(expected)
})

test('objects of a build are those of the kernel, not those of programs of the host', async () =>
  expect(await objectsOf(dir)).toBe(4))

describe('without a build of the architecture', () => {
  const { all, again } = guessedTouches('x86_64')
  // Measured on 6.1.192: 434 objects from zpool-on to zpool-off, 6 from the before leg to the after leg.
  test.each([
    ['another config', ['FRONTSWAP', 'ZPOOL', 'ZRAM', 'ZSWAP'], [], 434],
    ['the other leg', [], ['mm/zsmalloc.c'], 6],
    ['options that include each other', ['COMPACTION', 'MIGRATION', 'ZSWAP'], [], 609],
    ['flags of the compiler', ['KASAN'], [], all],
  ])('%s', (_, options, files, expected) => expect(again(options, files)).toBe(expected))

  test('no more than all are compiled again', () =>
    expect(
      again(
        [],
        Array.from({ length: 2 * all }, (_, nth) => `mm/${nth}.c`),
      ),
    ).toBe(all))
})
