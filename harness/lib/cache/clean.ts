// SPDX-License-Identifier: MIT
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import { cacheRoot } from '../paths.ts'
import { type CacheEntry, chooseStale, dropEntry, KINDS, listEntries, sweepStaging } from './entries.ts'
import { chooseBeyond, entrySizes } from './size.ts'

const amount = (flag: string, text: string, units: Readonly<Record<string, number>>, example: string): number => {
  const [, digits, unit] = /^(\d{1,6})([a-zA-Z])$/.exec(text) ?? []
  const size = units[unit ?? '']
  if (size !== undefined) return Number(digits) * size
  throw new UsageError(
    `${flag} ${text}: not a number with ${Object.keys(units).join(', ')}`,
    `write it as in ${example}`,
  )
}

/** Milliseconds of `90m`, `12h` or `7d`. */
export const ageMs = (text: string): number =>
  amount('--older-than', text, { m: 60_000, h: 3_600_000, d: 86_400_000 }, '90m, 12h or 7d')

/** Bytes of `500M` or `20G`, in powers of 1024. */
export const sizeBytes = (text: string): number =>
  amount('--max-size', text, { M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }, '500M or 20G')

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
