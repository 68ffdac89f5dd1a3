// SPDX-License-Identifier: MIT
import { mkdir, readFile, rename, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { InterruptedError } from '../errors.ts'
import { writeJson } from './atomic.ts'
import { acquireLock, type Lock } from './lock.ts'

/** A complete folder of the cache, held against cleaning until disposed. */
export interface Entry<Meta> {
  readonly dir: string
  readonly meta: Meta
  readonly cached: boolean
  [Symbol.asyncDispose](): Promise<void>
}

export interface StoreOptions {
  readonly signal?: AbortSignal | undefined
  /** Called once when another run is making the same entry. */
  readonly onWait?: () => void
}

const metaFile = (root: string, key: string): string => join(root, `${key}.json`)
/** The lock of an entry: shared while used, exclusive while made or removed. */
export const lockFile = (root: string, key: string): string => join(root, `${key}.lock`)

const readMeta = async <Meta>(root: string, key: string): Promise<Meta | undefined> => {
  try {
    return JSON.parse(await readFile(metaFile(root, key), 'utf8')) as Meta
  } catch {
    return undefined
  }
}

const hold = async <Meta>(root: string, key: string, cached: boolean): Promise<Entry<Meta> | undefined> => {
  const lock = await acquireLock(lockFile(root, key), { mode: 'shared' })
  const meta = await readMeta<Meta>(root, key)
  if (meta === undefined) {
    await lock[Symbol.asyncDispose]()
    return undefined
  }
  const now = new Date()
  await utimes(metaFile(root, key), now, now).catch(() => undefined)
  return { dir: join(root, key), meta, cached, [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]() }
}

const makeEntry = async <Meta>(root: string, key: string, make: (staging: string) => Promise<Meta>): Promise<void> => {
  const staging = join(root, `.staging-${key}`)
  // Under the exclusive lock any staging folder of this key is a dead run's.
  await rm(staging, { recursive: true, force: true })
  await rm(join(root, key), { recursive: true, force: true })
  await mkdir(staging, { recursive: true })
  try {
    const meta = await make(staging)
    await rename(staging, join(root, key))
    // Written last: an entry without it is no entry.
    await writeJson(metaFile(root, key), meta)
  } catch (error) {
    // Whoever interrupts wants an end within seconds; the next maker of this key removes the folder.
    if (!(error instanceof InterruptedError)) await rm(staging, { recursive: true, force: true })
    throw error
  }
}

/**
 * The cache entry `key` below `root`, made by `make` in a staging folder when it is missing. Runs at once share
 * it: one makes, the others wait. A killed maker leaves nothing that is mistaken for an entry.
 */
export const obtain = async <Meta>(
  root: string,
  key: string,
  make: (staging: string) => Promise<Meta>,
  options: StoreOptions = {},
): Promise<Entry<Meta>> => {
  const present = await hold<Meta>(root, key, true)
  if (present) return present
  let cached = true
  {
    await using _lock: Lock = await acquireLock(lockFile(root, key), { mode: 'exclusive', ...options })
    if ((await readMeta<Meta>(root, key)) === undefined) {
      await makeEntry(root, key, make)
      cached = false
    }
  }
  return (await hold<Meta>(root, key, cached)) ?? obtain(root, key, make, options)
}

/** Removes an entry unless somebody uses it; answers whether it did. The lock file stays: others may wait on it. */
export const removeEntry = async (root: string, key: string, lock: Lock): Promise<void> => {
  await rm(metaFile(root, key), { force: true })
  await rm(join(root, key), { recursive: true, force: true })
  await lock[Symbol.asyncDispose]()
}
