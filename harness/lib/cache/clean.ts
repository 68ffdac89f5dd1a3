// SPDX-License-Identifier: MIT
import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../../model/events.ts'
import { sweepTempDirs } from '../files/temp.ts'
import { ownBytes } from './blobsweep.ts'
import { type CacheEntry, chooseStale, evict, keptAt, listEntries, sweepStaging } from './entries.ts'
import { chooseBeyond, entrySizes } from './size.ts'
import { sweepFiles, sweepSometimes } from './sweep.ts'

const evictingText = (count: number): string =>
  count === 1 ? 'evicting the least recently used entry' : `evicting the ${count} least recently used entries`

const keptIn = async (cache: string): Promise<Readonly<Record<string, number>>> => {
  // A cache that was never used has nothing to evict.
  if (!existsSync(cache)) return keptAt(0)
  const { bavail, bsize } = await statfs(cache)
  return keptAt(bavail * bsize)
}

const evictStale = async (cache: string, { emit, signal }: Omit<Context, 'scope'>): Promise<void> => {
  const stale = chooseStale(await listEntries(cache), Date.now(), Number.POSITIVE_INFINITY, await keptIn(cache))
  if (stale.length > 0) emit({ type: 'note', scope: 'cache', level: 'info', text: evictingText(stale.length) })
  for (const entry of stale) {
    if (signal.aborted) return
    await evict(cache, entry)
  }
  if (stale.length > 0) await sweepSometimes(cache, signal)
}

/**
 * Keeps the cache within its bounds, and removes what cancelled runs left incomplete; for the end of a run. After an
 * interrupt the next run does the rest. The run has its result by then, so a failure is only noted.
 */
export const boundCache = async (cache: string, context: Omit<Context, 'scope'>): Promise<void> => {
  try {
    // Each run of an edited text has a key of its own: nobody would make that entry, and so clear its folder, again.
    if (!context.signal.aborted) await sweepStaging(cache)
    // What a killed run left just before this one began was still locked then.
    await sweepTempDirs()
    await evictStale(cache, context)
  } catch (error) {
    const text = `the cache was not brought within its bounds: ${(error as Error).message}`
    context.emit({ type: 'note', scope: 'cache', level: 'warning', text })
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
  signal: AbortSignal,
): Promise<readonly CacheEntry[]> => {
  if (eviction === 'everything') return entries
  const { maxAgeMs, maxBytes } = eviction
  const stale = chooseStale(entries, Date.now(), maxAgeMs, await keptIn(cache))
  if (maxBytes === undefined) return stale
  const kept = entries.filter((entry) => !stale.includes(entry)).toReversed()
  return [...stale, ...chooseBeyond(kept, await entrySizes(cache, kept, signal), maxBytes)]
}

/** How many entries and incomplete folders were removed, and how many entries a run was using. */
export interface Cleaned {
  readonly evicted: number
  /** Bytes freed. */
  readonly bytes: number
  /** Those of them that were files of trees and sources; undefined while a run adds some, which stops their removal. */
  readonly swept: number | undefined
  readonly inUse: number
  readonly incomplete: number
}

/** Evicts the entries that no run uses, reporting each, and removes what killed runs left incomplete. */
export const cleanCache = async (
  cache: string,
  entries: readonly CacheEntry[],
  signal: AbortSignal,
  onEntry: (entry: CacheEntry, evicted: boolean, bytes: number) => void,
): Promise<Cleaned> => {
  let count = 0
  let bytes = 0
  for (const entry of entries) {
    const own = await ownBytes(join(cache, entry.kind, entry.key), signal)
    const evicted = await evict(cache, entry)
    if (evicted) {
      count++
      bytes += own
    }
    onEntry(entry, evicted, own)
  }
  const incomplete = await sweepStaging(cache)
  const swept = await sweepFiles(cache, signal)
  return { evicted: count, bytes: bytes + (swept ?? 0), swept, inUse: entries.length - count, incomplete }
}
