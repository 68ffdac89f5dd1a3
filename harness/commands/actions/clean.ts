// SPDX-License-Identifier: MIT
import { chooseEvictions, cleanCache, type Eviction } from '../../lib/cache/clean.ts'
import { type CacheEntry, listEntries } from '../../lib/cache/entries.ts'
import { listLeftovers, removeEmpty, removeLeftover } from '../../lib/cache/leftovers.ts'
import { sweepTempDirs } from '../../lib/files/temp.ts'
import { cacheRoot } from '../../lib/paths.ts'
import { ageMs, sizeBytes } from '../../lib/text/quantity.ts'

/** The flags of `clean`, not yet parsed. */
export interface CleanFlags {
  readonly olderThan: string
  readonly maxSize?: string
  readonly all?: boolean
  readonly dryRun?: boolean
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const MIB = 1 << 20

const size = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`

const sweptText = (bytes: number | undefined): readonly string[] => {
  if (bytes === undefined) return ['kept the files of evicted trees: a run adds some']
  return bytes === 0 ? [] : [`removed ${size(bytes)} of files that no entry uses`]
}

const evictionFrom = ({ olderThan, maxSize, all }: CleanFlags): Eviction => {
  const maxAgeMs = ageMs('--older-than', olderThan)
  const maxBytes = maxSize === undefined ? undefined : sizeBytes('--max-size', maxSize)
  return all ? 'everything' : { maxAgeMs, maxBytes }
}

const describe = ({ kind, key, usedAt }: CacheEntry): string =>
  `${kind}/${key}, last used ${new Date(usedAt).toISOString()}`

const removeLeftovers = async (cache: string): Promise<number> => {
  let total = 0
  for (const leftover of await listLeftovers(cache)) {
    const bytes = await removeLeftover(leftover)
    say(bytes === undefined ? `in use  ${leftover.name}` : `removed ${leftover.name}, ${size(bytes)}`)
    total += bytes ?? 0
  }
  await removeEmpty(cache)
  return total
}

/** Runs `zsharness clean`. */
export const clean = async (flags: CleanFlags): Promise<void> => {
  const cache = cacheRoot()
  const eviction = evictionFrom(flags)
  const entries = await listEntries(cache)
  const { signal } = new AbortController()
  const chosen = await chooseEvictions(cache, entries, eviction, signal)
  if (flags.dryRun) {
    for (const entry of chosen) say(`would remove ${describe(entry)}`)
    if (flags.all) for (const { name } of await listLeftovers(cache)) say(`would remove ${name}`)
    return say(`${cache}: would remove ${chosen.length} of ${entries.length} entries`)
  }
  const { evicted, bytes, swept, inUse, incomplete } = await cleanCache(cache, chosen, signal, (entry, done, own) =>
    say(`${done ? 'removed' : 'in use '} ${describe(entry)}, ${size(own)}`),
  )
  const more = flags.all ? await removeLeftovers(cache) : 0
  const temporary = await sweepTempDirs()
  const parts = [
    `removed ${evicted} of ${entries.length} entries${inUse === 0 ? '' : `, kept ${inUse} in use`}`,
    `removed ${incomplete} incomplete entries`,
    ...sweptText(swept),
    ...(temporary === 0 ? [] : [`removed ${temporary} temporary folders of killed runs`]),
    `${size(bytes + more)} in all`,
  ]
  say(`${cache}: ${parts.join('; ')}`)
}
