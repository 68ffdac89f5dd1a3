// SPDX-License-Identifier: MIT
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheRoot } from '../config/paths.ts'
import { UsageError } from '../errors.ts'
import type { Context } from '../progress/events.ts'
import { chooseStale, dropEntry, KINDS, listEntries, sweepStaging } from './entries.ts'

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Milliseconds of `90m`, `12h` or `7d`. */
export const ageMs = (text: string): number => {
  const match = /^(\d{1,6})([mhd])$/.exec(text)
  if (match) return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]
  throw new UsageError(`--older-than ${text}: not a length of time`, 'write it as in 90m, 12h or 7d')
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

/** Removes what the flags name, and says what went and what is in use. */
export const clean = async (flags: { olderThan: string; all?: boolean; dryRun?: boolean }): Promise<void> => {
  const cache = cacheRoot()
  const limit = ageMs(flags.olderThan)
  const entries = await listEntries(cache)
  const stale = flags.all ? entries : chooseStale(entries, Date.now(), limit)
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
