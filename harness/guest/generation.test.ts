// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { formatHold } from '../inputs/hold/format.ts'
import { parseHold } from '../inputs/hold/parse.ts'
import { parseVersion } from '../inputs/tree/version.ts'
import { deciding, generationOf, generations, likelyGeneration, patchedGeneration } from './generation.ts'

describe('the generation of a kernel', () => {
  // What System.map has in kernels that were built: 6.1 with its base series, 6.12.117, 7.3.4, 6.1 as it is.
  test.each([
    ['6.1 with reclaim in zsmalloc', ['zs_zpool_shrink', 'zswap_writeback_entry'], 'global', 'zswap_writeback_entry'],
    [
      '6.12',
      ['__read_swap_cache_async', 'zswap_writeback_entry', 'shrink_memcg_cb', 'zswap_invalidate'],
      'memcg',
      '__read_swap_cache_async',
    ],
    ['7.3', ['swap_cache_alloc_folio', 'shrink_memcg_cb', 'zswap_invalidate'], 'memcg', 'swap_cache_alloc_folio'],
    ['6.6', ['__read_swap_cache_async', 'zswap_reclaim_entry', 'zswap_invalidate'], 'global', undefined],
    ['6.1', ['zs_zpool_malloc', 'zswap_frontswap_store', 'zswap_writeback_entry'], 'none', undefined],
    [
      '6.12 with what shows it renamed',
      ['__read_swap_cache_async', 'zswap_invalidate', 'zs_zpool_malloc'],
      'global',
      undefined,
    ],
    ['nothing known', [], 'global', undefined],
  ])('%s', (_name, functions, reclaim, hold) => {
    const found = generationOf(new Set(functions))
    expect([found.reclaim, found.hold?.split(':')[0]]).toEqual([reclaim, hold])
  })

  test('only functions that decide are read from the kernel', () => {
    for (const { functions } of generations) for (const name of functions) expect(deciding.has(name)).toBe(true)
  })

  test.each([
    ['6.1.192', 'global'],
    ['6.4', 'global'],
    ['6.6', 'global'],
    ['6.12.117', 'memcg'],
    ['7.3.4', 'memcg'],
  ])('before it is built, %s is taken for %s', (version, reclaim) =>
    expect(likelyGeneration(parseVersion(version)!).reclaim).toBe(reclaim),
  )
})

describe('a patched kernel that cannot write back', () => {
  const none = generationOf(new Set(['zs_zpool_malloc', 'zswap_frontswap_store']))
  const other = generations[0]!

  test.each([
    ['has nothing to show where the kernel before cannot either', none, none, 'none'],
    ['has to show it where the kernel before can', none, other, 'global'],
    ['has to show it where nobody knows the kernel before', none, undefined, 'global'],
  ])('%s', (_name, own, base, reclaim) => expect(patchedGeneration(own, base).reclaim).toBe(reclaim))

  test('does not change what any other kernel has to show', () => expect(patchedGeneration(other, none)).toBe(other))
})

test('every hold point of a generation can be read', () => {
  const texts = generations.flatMap(({ hold }) => hold ?? [])
  expect(texts.map((text) => formatHold(parseHold(text, 'a generation')))).toEqual(texts)
})
