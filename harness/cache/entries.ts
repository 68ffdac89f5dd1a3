// SPDX-License-Identifier: MIT
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { tryLock } from '../fs/lock.ts'
import { lockFile, removeEntry } from '../fs/store.ts'

/** Folders of the cache that hold entries, and how many of each are kept at most. */
export const KINDS: Readonly<Record<string, number>> = { builds: 32, guests: 64, sources: 16, trees: 6 }

/** A finished entry of the cache. */
export interface CacheEntry {
  readonly kind: string
  readonly key: string
  /** Milliseconds since 1970. */
  readonly usedAt: number
}

const entriesOf = async (cache: string, kind: string): Promise<readonly CacheEntry[]> => {
  const files = await readdir(join(cache, kind)).catch(() => [])
  const metas = files.filter((file) => file.endsWith('.json'))
  const found = metas.map(async (file) => {
    const { mtimeMs } = await stat(join(cache, kind, file))
    return { kind, key: file.slice(0, -'.json'.length), usedAt: mtimeMs }
  })
  return Promise.all(found)
}

/** Every finished entry, the longest unused first. */
export const listEntries = async (cache: string): Promise<readonly CacheEntry[]> =>
  (await Promise.all(Object.keys(KINDS).map((kind) => entriesOf(cache, kind))))
    .flat()
    .sort((a, b) => a.usedAt - b.usedAt)

/** The entries to give up: unused for longer than `maxAgeMs`, or beyond the number kept of their kind; pure. */
export const chooseStale = (
  entries: readonly CacheEntry[],
  nowMs: number,
  maxAgeMs: number,
  keep: Readonly<Record<string, number>> = KINDS,
): readonly CacheEntry[] => {
  const newestFirst = entries.toSorted((a, b) => b.usedAt - a.usedAt)
  const seen: Record<string, number> = {}
  return newestFirst.filter(({ kind, usedAt }) => {
    seen[kind] = (seen[kind] ?? 0) + 1
    return nowMs - usedAt > maxAgeMs || seen[kind] > (keep[kind] ?? 0)
  })
}

/** Removes an entry; answers false when a run uses it. */
export const dropEntry = async (cache: string, { kind, key }: CacheEntry): Promise<boolean> => {
  const root = join(cache, kind)
  const lock = await tryLock(lockFile(root, key))
  if (!lock) return false
  await removeEntry(root, key, lock)
  return true
}

// `.staging-KEY`, or a part of it beside, as `.staging-KEY.archive`.
const stagedKey = (name: string): string => name.slice('.staging-'.length).split('.')[0]!

/** Removes what killed runs left half made; answers how many. */
export const sweepStaging = async (cache: string): Promise<number> => {
  let swept = 0
  for (const kind of Object.keys(KINDS)) {
    const root = join(cache, kind)
    const names = (await readdir(root).catch(() => [])).filter((name) => name.startsWith('.staging-'))
    for (const name of names) {
      const lock = await tryLock(lockFile(root, stagedKey(name)))
      if (!lock) continue
      await rm(join(root, name), { recursive: true, force: true })
      await lock[Symbol.asyncDispose]()
      swept++
    }
  }
  return swept
}
