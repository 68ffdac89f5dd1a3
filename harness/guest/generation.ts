// SPDX-License-Identifier: MIT
import { inRange, type KernelVersion } from '../inputs/tree/version.ts'

/** How a kernel's zswap writes back, and so what its lanes can and must show. */
export interface Generation {
  readonly name: string
  /** Functions of the kernel that show it, all of them. */
  readonly functions: readonly string[]
  /** The mainline versions that have it, for forecasts only: what counts is the kernel's own list of functions. */
  readonly versions: string
  /** Whose list of pages the guest has to move: one for all, one of each memory cgroup, or nobody's. */
  readonly reclaim: 'global' | 'memcg' | 'none'
  /** The hold point that brings frees together with writeback; null where none is known. */
  readonly hold: string | null
  /** The function that evicts a page and returns an error when it fails; null where none does. */
  readonly evicts: string | null
  /** Whether a page that was read back keeps its entry, so that its eviction fails. */
  readonly keepsLoaded: boolean
  /** What cannot be checked on such a kernel, for the reports. */
  readonly notChecked: readonly string[]
}

// Reclaim passes a handle that it read without a lock, and zs_free() frees it.
const OF_ZSMALLOC = {
  hold: 'zswap_writeback_entry:arg1 until zs_free:arg1 for 15ms during race',
  evicts: 'zswap_writeback_entry',
}
// Writeback has dropped the LRU's lock and takes the slot's place in the swap cache, as page faults do, which must not wait.
const ofSwapCache = (lookup: string) => ({
  hold: `${lookup}:arg0 in kworkers until zswap_invalidate:arg0 for 15ms during race`,
  evicts: null,
})
const UNKNOWN = { hold: null, evicts: null }

const NO_FAILED_EVICTIONS = 'evictions that fail: a page that is read back leaves zswap at once'

/** The generations, in the order in which they are looked for; the last one matches every kernel. */
export const generations: readonly Generation[] = [
  {
    name: 'LRU of zsmalloc',
    functions: ['zs_zpool_shrink', 'zswap_writeback_entry'],
    versions: '>=6.1 <6.5-rc1',
    reclaim: 'global',
    ...OF_ZSMALLOC,
    keepsLoaded: true,
    notChecked: [],
  },
  {
    name: 'LRU of each memory cgroup',
    functions: ['shrink_memcg_cb', 'swap_cache_alloc_folio', 'zswap_invalidate'],
    versions: '>=7.0-rc1',
    reclaim: 'memcg',
    ...ofSwapCache('swap_cache_alloc_folio'),
    keepsLoaded: false,
    notChecked: [NO_FAILED_EVICTIONS],
  },
  {
    name: 'LRU of each memory cgroup',
    functions: ['shrink_memcg_cb', '__read_swap_cache_async', 'zswap_invalidate'],
    versions: '>=6.8-rc1 <7.0-rc1',
    reclaim: 'memcg',
    ...ofSwapCache('__read_swap_cache_async'),
    keepsLoaded: false,
    notChecked: [NO_FAILED_EVICTIONS],
  },
  {
    name: 'LRU of zswap',
    functions: ['zswap_reclaim_entry'],
    versions: '>=6.5-rc1 <6.8-rc1',
    reclaim: 'global',
    ...UNKNOWN,
    keepsLoaded: true,
    notChecked: ['races of frees with writeback in a window: none is known for this zswap'],
  },
  {
    name: 'no writeback',
    functions: ['zs_zpool_malloc', 'zswap_frontswap_store'],
    versions: '>=6.1 <6.2-rc1',
    reclaim: 'none',
    ...UNKNOWN,
    keepsLoaded: true,
    notChecked: ['writeback: the zsmalloc of this kernel cannot write back'],
  },
  // A patch may rename or inline what shows a generation. Such a kernel still has to show that it writes back.
  {
    name: 'unknown',
    functions: [],
    versions: '*',
    reclaim: 'global',
    ...UNKNOWN,
    keepsLoaded: true,
    notChecked: ['races of frees with writeback in a window: none is known for this zswap'],
  },
]

const LAST = generations.at(-1)!

/** The generation of a kernel with these functions. */
export const generationOf = (functions: ReadonlySet<string>): Generation =>
  generations.find((one) => one.functions.every((name) => functions.has(name))) ?? LAST

/** What a patched kernel has to show, given the kernel without the patch: a patch that takes writeback away must not excuse itself. */
export const patchedGeneration = (own: Generation, base: Generation | undefined): Generation =>
  own.reclaim === 'none' && base?.reclaim !== 'none' ? { ...LAST, name: 'no writeback any more' } : own

/** The generation that a kernel of this version is likely to have, before it is built. */
export const likelyGeneration = (version: KernelVersion): Generation =>
  generations.find(({ versions }) => inRange(version, versions)) ?? LAST

/** Every function that decides the generation. */
export const deciding: ReadonlySet<string> = new Set(generations.flatMap(({ functions }) => functions))
