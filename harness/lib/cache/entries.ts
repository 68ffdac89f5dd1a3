// SPDX-License-Identifier: MIT
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isTempName } from '../files/atomic.ts'
import { sweepOwnDirs } from '../files/temp.ts'
import { tryLock } from '../locks/lock.ts'
import { readMeta } from './meta.ts'
import { lockFile, removeEntry } from './store.ts'

/** Folders of the cache that hold entries. */
export const KINDS = ['answers', 'builds', 'explorers', 'guests', 'objects', 'sources', 'trees'] as const

/**
 * How many entries of each kind are kept. Costly ones count apart: builds that compiled many objects, and trees that were
 * downloaded; else some edits of a folder would evict them.
 */
const KEPT: Readonly<Record<string, number>> = {
  answers: 128,
  builds: 24,
  'costly builds': 16,
  explorers: 32,
  guests: 64,
  objects: 16,
  sources: 16,
  trees: 6,
  'costly trees': 12,
}

/** Builds that are kept while the disk has room: as many as the largest plan, the corpus, asks for. */
const ROOMY_BUILDS = 96

const ROOMY_BYTES = 16 * 1024 ** 3

/** How many entries of each kind are kept on a disk with so many bytes free; pure. */
export const keptAt = (freeBytes: number): Readonly<Record<string, number>> =>
  freeBytes < ROOMY_BYTES ? KEPT : { ...KEPT, builds: ROOMY_BUILDS }

const COSTLY_OBJECTS = 100

/** A finished entry of the cache. */
export interface CacheEntry {
  readonly kind: (typeof KINDS)[number]
  readonly key: string
  /** Whether it takes minutes to make, as far as is known. */
  readonly costly: boolean
  /** Milliseconds since 1970. */
  readonly usedAt: number
}

/** What builds and trees say about themselves. */
interface Told {
  readonly compiled?: number
  readonly spec?: string
}

const isCostly = async (root: string, key: string): Promise<boolean> => {
  const { compiled, spec } = (await readMeta<Told>(root, key)) ?? {}
  return compiled !== undefined ? compiled >= COSTLY_OBJECTS : spec !== undefined && !spec.startsWith('dir:')
}

const ignoreMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error
}

const entriesOf = async (cache: string, kind: CacheEntry['kind']): Promise<readonly CacheEntry[]> => {
  const files = await readdir(join(cache, kind)).catch(() => [])
  const metas = files.filter((file) => file.endsWith('.json'))
  const found = metas.map(async (file) => {
    const key = file.slice(0, -'.json'.length)
    // Another run may evict it meanwhile.
    const mtimeMs = await stat(join(cache, kind, file)).then((found) => found.mtimeMs, ignoreMissing)
    if (mtimeMs === undefined) return []
    return [{ kind, key, costly: await isCostly(join(cache, kind), key), usedAt: mtimeMs }]
  })
  return (await Promise.all(found)).flat()
}

/** Every finished entry, the least recently used first. */
export const listEntries = async (cache: string): Promise<readonly CacheEntry[]> =>
  (await Promise.all(KINDS.map((kind) => entriesOf(cache, kind)))).flat().sort((a, b) => a.usedAt - b.usedAt)

const shelfOf = ({ kind, costly }: CacheEntry): string => (costly ? `costly ${kind}` : kind)

/** The entries to evict: not used for `maxAgeMs`, or beyond the number kept of their kind; pure. */
export const chooseStale = (
  entries: readonly CacheEntry[],
  nowMs: number,
  maxAgeMs: number,
  keep: Readonly<Record<string, number>>,
): readonly CacheEntry[] => {
  const newestFirst = entries.toSorted((a, b) => b.usedAt - a.usedAt)
  const seen: Record<string, number> = {}
  return newestFirst.filter((entry) => {
    const shelf = shelfOf(entry)
    seen[shelf] = (seen[shelf] ?? 0) + 1
    return nowMs - entry.usedAt > maxAgeMs || seen[shelf] > (keep[shelf] ?? 0)
  })
}

/** Removes an entry unless a run uses it; returns whether it was removed. */
export const evict = async (cache: string, { kind, key }: Pick<CacheEntry, 'kind' | 'key'>): Promise<boolean> => {
  const root = join(cache, kind)
  const lock = await tryLock(lockFile(root, key))
  if (!lock) return false
  await removeEntry(root, key, lock)
  return true
}

/** What the folders of code checks are called, in the folder of the builds. */
export const CHECK_PREFIX = '.check-'

/** The key of an incomplete entry: of `.staging-KEY`, `.staging-KEY.archive` or `KEY.json.0123456789ab.tmp`. */
const incompleteKey = (name: string): string | undefined => {
  if (name.startsWith('.staging-')) return name.slice('.staging-'.length).split('.')[0]
  return isTempName(name) ? name.split('.')[0] : undefined
}

/** Removes what killed runs left incomplete; returns how many folders and files. */
export const sweepStaging = async (cache: string): Promise<number> => {
  let swept = await sweepOwnDirs(join(cache, 'builds', CHECK_PREFIX))
  for (const kind of KINDS) {
    const root = join(cache, kind)
    for (const name of await readdir(root).catch(() => [])) {
      const key = incompleteKey(name)
      const lock = key === undefined ? undefined : await tryLock(lockFile(root, key))
      if (!lock) continue
      await rm(join(root, name), { recursive: true, force: true })
      await lock[Symbol.asyncDispose]()
      swept++
    }
  }
  return swept
}
