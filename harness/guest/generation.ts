// SPDX-License-Identifier: MIT
import { inRange, type KernelVersion } from '../inputs/tree/version.ts'

/** Where the race module opens a window: at the entry of a function, until another one returns with the same key. */
export interface Window {
  readonly hold: string
  readonly until: string
  /** The arguments that are the key, from 0. */
  readonly holdArg: number
  readonly untilArg: number
  /** Whether only kworkers wait, because page faults call the function too. */
  readonly kworkers: boolean
  /** Whether the function is the eviction itself and returns an error when it fails. */
  readonly evicts: boolean
}

/** How a kernel's zswap writes back, and so what its lanes can and must show. */
export interface Generation {
  readonly name: string
  /** Functions of the kernel that show it, all of them. */
  readonly functions: readonly string[]
  /** The mainline versions that have it, for forecasts only: what counts is the kernel's own list of functions. */
  readonly versions: string
  /** Whose list of pages the guest has to move: one for all, one of each memory cgroup, or nobody's. */
  readonly reclaim: 'global' | 'memcg' | 'none'
  /** Null where no function is known at which a window could open. */
  readonly window: Window | null
  /** Whether a page that was read back keeps its entry, so that its eviction fails. */
  readonly keepsLoaded: boolean
  /** What cannot be checked on such a kernel, for the reports. */
  readonly notChecked: readonly string[]
}

const OF_ZSMALLOC: Window = {
  hold: 'zswap_writeback_entry',
  until: 'zs_free',
  holdArg: 1,
  untilArg: 1,
  kworkers: false,
  evicts: true,
}
const ofSwapCache = (hold: string): Window => ({
  hold,
  until: 'zswap_invalidate',
  holdArg: 0,
  untilArg: 0,
  kworkers: true,
  evicts: false,
})

const NO_FAILED_EVICTIONS = 'evictions that fail: a page that is read back leaves zswap at once'

/** The generations, in the order in which they are looked for; the last one matches every kernel. */
export const generations: readonly Generation[] = [
  {
    name: 'LRU of zsmalloc',
    functions: ['zs_zpool_shrink', 'zswap_writeback_entry'],
    versions: '>=6.1 <6.5-rc1',
    reclaim: 'global',
    window: OF_ZSMALLOC,
    keepsLoaded: true,
    notChecked: [],
  },
  {
    name: 'LRU of each memory cgroup',
    functions: ['shrink_memcg_cb', 'swap_cache_alloc_folio', 'zswap_invalidate'],
    versions: '>=7.0-rc1',
    reclaim: 'memcg',
    window: ofSwapCache('swap_cache_alloc_folio'),
    keepsLoaded: false,
    notChecked: [NO_FAILED_EVICTIONS],
  },
  {
    name: 'LRU of each memory cgroup',
    functions: ['shrink_memcg_cb', '__read_swap_cache_async', 'zswap_invalidate'],
    versions: '>=6.8-rc1 <7.0-rc1',
    reclaim: 'memcg',
    window: ofSwapCache('__read_swap_cache_async'),
    keepsLoaded: false,
    notChecked: [NO_FAILED_EVICTIONS],
  },
  {
    name: 'LRU of zswap',
    functions: ['zswap_reclaim_entry'],
    versions: '>=6.5-rc1 <6.8-rc1',
    reclaim: 'global',
    window: null,
    keepsLoaded: true,
    notChecked: ['races of frees with writeback in a window: none is known for this zswap'],
  },
  {
    name: 'no writeback',
    functions: ['zs_zpool_malloc', 'zswap_frontswap_store'],
    versions: '>=6.1 <6.2-rc1',
    reclaim: 'none',
    window: null,
    keepsLoaded: true,
    notChecked: ['writeback: the zsmalloc of this kernel cannot write back'],
  },
  // A patch may rename or inline what shows a generation. Such a kernel still has to show that it writes back.
  {
    name: 'unknown',
    functions: [],
    versions: '*',
    reclaim: 'global',
    window: null,
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

/** The window as the guest's parameter. */
export const windowParameter = ({ hold, holdArg, until, untilArg, kworkers, evicts }: Window): string =>
  [hold, holdArg, until, untilArg, kworkers ? 'kworkers' : 'any', evicts ? 'evicts' : 'lookup'].join(':')
