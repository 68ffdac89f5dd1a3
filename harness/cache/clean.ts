// SPDX-License-Identifier: MIT
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheRoot } from '../config/paths.ts'
import { UsageError } from '../errors.ts'
import type { Context } from '../progress/events.ts'
import { type CacheEntry, chooseStale, dropEntry, KINDS, listEntries, sweepStaging } from './entries.ts'
import { chooseBeyond, entrySizes } from './size.ts'

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Milliseconds of `90m`, `12h` or `7d`. */
export const ageMs = (text: string): number => {
  const match = /^(\d{1,6})([mhd])$/.exec(text)
  if (match) return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]
  throw new UsageError(`--older-than ${text}: not a length of time`, 'write it as in 90m, 12h or 7d')
}

const UNIT_BYTES = { M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const

/** Bytes of `500M` or `20G`, in powers of 1024. */
export const sizeBytes = (text: string): number => {
  const match = /^(\d{1,6})([MGT])$/.exec(text)
  if (match) return Number(match[1]) * UNIT_BYTES[match[2] as keyof typeof UNIT_BYTES]
  throw new UsageError(`--max-size ${text}: not a size`, 'write it as in 500M or 20G')
}

/** Keeps the cache within its bounds; for the end of a run. An interrupt leaves the rest to the next one. */
export const boundCache = async (cache: string, { emit, signal }: Omit<Context, 'scope'>): Promise<void> => {
  const stale = chooseStale(await listEntries(cache), Date.now(), Number.POSITIVE_INFINITY)
  if (stale.length > 0)
    emit({ type: 'note', scope: 'cache', level: 'info', text: `gives up ${stale.length} entries, the longest unused` })
  for (const entry of stale) {
    if (signal.aborted) return
    await dropEntry(cache, entry)
  }
}

export interface CleanFlags {
  readonly olderThan: string
  readonly maxSize?: string
  readonly all?: boolean
  readonly dryRun?: boolean
}

const chosen = async (cache: string, entries: readonly CacheEntry[], flags: CleanFlags) => {
  const maxAgeMs = ageMs(flags.olderThan)
  const limit = flags.maxSize === undefined ? Number.POSITIVE_INFINITY : sizeBytes(flags.maxSize)
  if (flags.all) return entries
  const stale = chooseStale(entries, Date.now(), maxAgeMs)
  if (limit === Number.POSITIVE_INFINITY) return stale
  const kept = entries.filter((entry) => !stale.includes(entry)).toReversed()
  return [...stale, ...chooseBeyond(kept, await entrySizes(cache, kept), limit)]
}

/** Removes what the flags name, and says what went and what is in use. */
export const clean = async (flags: CleanFlags): Promise<void> => {
  const cache = cacheRoot()
  const entries = await listEntries(cache)
  const stale = await chosen(cache, entries, flags)
  const say = (text: string): void => void process.stdout.write(`${text}\n`)
  for (const entry of stale) {
    const name = `${entry.kind}/${entry.key}, last used ${new Date(entry.usedAt).toISOString()}`
    if (flags.dryRun) say(`would remove ${name}`)
    else say((await dropEntry(cache, entry)) ? `removed ${name}` : `in use  ${name}`)
  }
  if (flags.dryRun) return
  if (flags.all) await rm(join(cache, 'downloads'), { recursive: true, force: true })
  const swept = await sweepStaging(cache)
  say(`${cache}: ${stale.length} of ${entries.length} entries in ${KINDS.join(', ')}; ${swept} half-made ones swept`)
}
