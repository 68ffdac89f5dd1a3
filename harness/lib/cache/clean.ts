// SPDX-License-Identifier: MIT
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../../model/events.ts'
import { type CacheEntry, chooseStale, evict, listEntries, sweepStaging } from './entries.ts'
import { chooseBeyond, entrySizes } from './size.ts'

const evictingText = (count: number): string =>
  count === 1 ? 'evicting the least recently used entry' : `evicting the ${count} least recently used entries`

/** Keeps the cache within its bounds; for the end of a run. After an interrupt the next run evicts the rest. */
export const boundCache = async (cache: string, { emit, signal }: Omit<Context, 'scope'>): Promise<void> => {
  const stale = chooseStale(await listEntries(cache), Date.now(), Number.POSITIVE_INFINITY)
  if (stale.length > 0) emit({ type: 'note', scope: 'cache', level: 'info', text: evictingText(stale.length) })
  for (const entry of stale) {
    if (signal.aborted) return
    await evict(cache, entry)
  }
}

/**
 * What to evict: everything, or the entries that were not used for `maxAgeMs` and, of the others, the least recently
 * used ones until the rest fits into `maxBytes`.
 */
export type Eviction = 'everything' | { readonly maxAgeMs: number; readonly maxBytes: number | undefined }

/** The entries to evict out of `entries`, the least recently used first within each rule. */
export const chooseEvictions = async (
  cache: string,
  entries: readonly CacheEntry[],
  eviction: Eviction,
): Promise<readonly CacheEntry[]> => {
  if (eviction === 'everything') return entries
  const { maxAgeMs, maxBytes } = eviction
  const stale = chooseStale(entries, Date.now(), maxAgeMs)
  if (maxBytes === undefined) return stale
  const kept = entries.filter((entry) => !stale.includes(entry)).toReversed()
  return [...stale, ...chooseBeyond(kept, await entrySizes(cache, kept), maxBytes)]
}

/** How many entries and incomplete folders were removed, and how many entries a run was using. */
export interface Cleaned {
  readonly evicted: number
  readonly inUse: number
  readonly incomplete: number
}

/** Evicts the entries that no run uses, reporting each, and removes what killed runs left incomplete. */
export const cleanCache = async (
  cache: string,
  entries: readonly CacheEntry[],
  onEntry: (entry: CacheEntry, evicted: boolean) => void,
): Promise<Cleaned> => {
  let count = 0
  for (const entry of entries) {
    const evicted = await evict(cache, entry)
    if (evicted) count++
    onEntry(entry, evicted)
  }
  return { evicted: count, inUse: entries.length - count, incomplete: await sweepStaging(cache) }
}

/** Removes the downloaded archives and packages; a run that needs one downloads it again. */
export const removeDownloads = (cache: string): Promise<void> =>
  rm(join(cache, 'downloads'), { recursive: true, force: true })
