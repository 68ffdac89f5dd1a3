// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import type { Eviction } from '../lib/cache/clean.ts'
import type { CacheEntry } from '../lib/cache/entries.ts'
import { cacheRoot } from '../lib/paths.ts'
import { ageMs, sizeBytes } from '../lib/text/quantity.ts'

interface CleanFlags {
  readonly olderThan: string
  readonly maxSize?: string
  readonly all?: boolean
  readonly dryRun?: boolean
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const evictionFrom = ({ olderThan, maxSize, all }: CleanFlags): Eviction => {
  const maxAgeMs = ageMs('--older-than', olderThan)
  const maxBytes = maxSize === undefined ? undefined : sizeBytes('--max-size', maxSize)
  return all ? 'everything' : { maxAgeMs, maxBytes }
}

const describe = ({ kind, key, usedAt }: CacheEntry): string =>
  `${kind}/${key}, last used ${new Date(usedAt).toISOString()}`

const clean = async (flags: CleanFlags): Promise<void> => {
  const { chooseEvictions, cleanCache, removeDownloads } = await import('../lib/cache/clean.ts')
  const { listEntries } = await import('../lib/cache/entries.ts')
  const cache = cacheRoot()
  const eviction = evictionFrom(flags)
  const entries = await listEntries(cache)
  const chosen = await chooseEvictions(cache, entries, eviction)
  if (flags.dryRun) {
    for (const entry of chosen) say(`would remove ${describe(entry)}`)
    return say(`${cache}: would remove ${chosen.length} of ${entries.length} entries`)
  }
  const { evicted, inUse, incomplete } = await cleanCache(cache, chosen, (entry, done) =>
    say(`${done ? 'removed' : 'in use '} ${describe(entry)}`),
  )
  if (flags.all) await removeDownloads(cache)
  say(
    `${cache}: removed ${evicted} of ${entries.length} entries${inUse === 0 ? '' : `, kept ${inUse} in use`}; removed ${incomplete} incomplete entries`,
  )
}

/** `zsharness clean`: free the disk space of the cache. */
export const registerClean = (program: Command): void => {
  program
    .command('clean')
    .description('remove cached trees, builds and guests that were not used recently')
    .option('--older-than <time>', 'remove what was not used for this long, such as 7d or 12h', '14d')
    .option('--max-size <size>', 'also remove the least recently used entries until the rest fits, such as 500M or 20G')
    .option('--all', 'remove everything that no run is using, and all downloads')
    .option('--dry-run', 'only list what would be removed')
    .action(clean)
}
