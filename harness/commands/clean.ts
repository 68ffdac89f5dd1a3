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

const MIB = 1 << 20

const size = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`

const evictionFrom = ({ olderThan, maxSize, all }: CleanFlags): Eviction => {
  const maxAgeMs = ageMs('--older-than', olderThan)
  const maxBytes = maxSize === undefined ? undefined : sizeBytes('--max-size', maxSize)
  return all ? 'everything' : { maxAgeMs, maxBytes }
}

const describe = ({ kind, key, usedAt }: CacheEntry): string =>
  `${kind}/${key}, last used ${new Date(usedAt).toISOString()}`

const leftovers = async (cache: string) => (await import('../lib/cache/leftovers.ts')).listLeftovers(cache)

const removeLeftovers = async (cache: string): Promise<number> => {
  const { removeEmpty, removeLeftover } = await import('../lib/cache/leftovers.ts')
  let total = 0
  for (const leftover of await leftovers(cache)) {
    const bytes = await removeLeftover(leftover)
    say(bytes === undefined ? `in use  ${leftover.name}` : `removed ${leftover.name}, ${size(bytes)}`)
    total += bytes ?? 0
  }
  await removeEmpty(cache)
  return total
}

const clean = async (flags: CleanFlags): Promise<void> => {
  const { chooseEvictions, cleanCache } = await import('../lib/cache/clean.ts')
  const { listEntries } = await import('../lib/cache/entries.ts')
  const { sweepTempDirs } = await import('../lib/files/temp.ts')
  const cache = cacheRoot()
  const eviction = evictionFrom(flags)
  const entries = await listEntries(cache)
  const chosen = await chooseEvictions(cache, entries, eviction)
  if (flags.dryRun) {
    for (const entry of chosen) say(`would remove ${describe(entry)}`)
    if (flags.all) for (const { name } of await leftovers(cache)) say(`would remove ${name}`)
    return say(`${cache}: would remove ${chosen.length} of ${entries.length} entries`)
  }
  const { evicted, bytes, inUse, incomplete } = await cleanCache(cache, chosen, (entry, done, own) =>
    say(`${done ? 'removed' : 'in use '} ${describe(entry)}, ${size(own)}`),
  )
  const more = flags.all ? await removeLeftovers(cache) : 0
  const temporary = await sweepTempDirs()
  const parts = [
    `removed ${evicted} of ${entries.length} entries${inUse === 0 ? '' : `, kept ${inUse} in use`}`,
    `removed ${incomplete} incomplete entries`,
    ...(temporary === 0 ? [] : [`removed ${temporary} temporary folders of killed runs`]),
    `${size(bytes + more)} in all`,
  ]
  say(`${cache}: ${parts.join('; ')}`)
}

/** `zsharness clean`: free the disk space of the cache. */
export const registerClean = (program: Command): void => {
  program
    .command('clean')
    .description('remove cached trees, builds and guests that were not used recently')
    .option('--older-than <time>', 'remove what was not used for this long, such as 7d or 12h', '14d')
    .option('--max-size <size>', 'also remove the least recently used entries until the rest fits, such as 500M or 20G')
    .option('--all', 'remove everything that no run is using, with downloads, mirrors and package lists')
    .option('--dry-run', 'only list what would be removed')
    .action(clean)
}
