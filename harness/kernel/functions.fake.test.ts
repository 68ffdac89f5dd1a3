// SPDX-License-Identifier: MIT
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inTempDir } from '../lib/files/temp.ts'
import { functionsIn } from './functions.ts'

const MAP = `ffffffff81000000 T _text
ffffffff8124ab40 T __read_swap_cache_async
ffffffff81258380 t shrink_memcg_cb.llvm.123
ffffffff81258400 t zswap_invalidate.isra.0
ffffffff81260000 d zs_free
ffffffff81270000 t zs_zpool_shrink_all
`

test('only functions count, with what the compiler appends to their names', () =>
  inTempDir('functions', async (dir) => {
    writeFileSync(join(dir, 'System.map'), MAP)
    const wanted = ['__read_swap_cache_async', 'shrink_memcg_cb', 'zswap_invalidate', 'zs_free', 'zs_zpool_shrink']
    expect([...(await functionsIn(dir, new Set(wanted)))]).toEqual(wanted.slice(0, 3))
  }))

test('a build without the list is damaged', () =>
  inTempDir('functions', async (dir) => {
    await expect(functionsIn(dir, new Set())).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('damaged'),
    })
  }))
