// SPDX-License-Identifier: MIT
import { mkdir, readdir, rename, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HostError, InterruptedError } from '../../model/errors.ts'
import { isTempName } from '../files/atomic.ts'
import { acquireLock, type Lock, tryLock } from '../locks/lock.ts'
import { metaFile, readMeta, writeMeta } from './meta.ts'

/** A complete folder of the cache. It cannot be evicted until disposed. */
export interface Entry<Meta> {
  readonly dir: string
  readonly meta: Meta
  readonly cached: boolean
  [Symbol.asyncDispose](): Promise<void>
}

export interface StoreOptions<Meta> {
  readonly signal?: AbortSignal | undefined
  /** Called once when another run is making the same entry. */
  readonly onWait?: () => void
  /** Whether a finished entry still has the bytes that it was made with. One that has not is made again. */
  readonly isIntact?: (dir: string, meta: Meta) => Promise<boolean>
  /** Called when it has not. */
  readonly onDamage?: () => void
}

/** The lock of an entry: shared while used, exclusive while made or removed. */
export const lockFile = (root: string, key: string): string => join(root, `${key}.lock`)

/** Makes an entry no entry, whoever uses it: its users keep the folder, and the next run makes it again. */
export const condemn = (root: string, key: string): Promise<void> => rm(metaFile(root, key), { force: true })

const isUsable = async <Meta>(
  root: string,
  key: string,
  meta: Meta,
  { isIntact }: StoreOptions<Meta>,
): Promise<boolean> => isIntact === undefined || (await isIntact(join(root, key), meta))

/** Removes a damaged entry. While it is in use it cannot be made again, and this run may be who uses it: it must not wait. */
const replaceDamaged = async <Meta>(root: string, key: string, { onDamage }: StoreOptions<Meta>): Promise<void> => {
  onDamage?.()
  await condemn(root, key)
  await using lock = await tryLock(lockFile(root, key))
  if (!lock) throw new HostError(`the entry ${key} of the cache is damaged, and in use`, 'run the same command again')
}

const hold = async <Meta>(
  root: string,
  key: string,
  cached: boolean,
  options: StoreOptions<Meta>,
): Promise<Entry<Meta> | undefined> => {
  const lock = await acquireLock(lockFile(root, key), { mode: 'shared' })
  const had = await readMeta<Meta>(root, key)
  const meta = had && (await isUsable(root, key, had, cached ? options : {})) ? had : undefined
  if (meta === undefined) {
    await lock[Symbol.asyncDispose]()
    if (had !== undefined) await replaceDamaged(root, key, options)
    return undefined
  }
  const now = new Date()
  await utimes(metaFile(root, key), now, now).catch(() => undefined)
  return { dir: join(root, key), meta, cached, [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]() }
}

/** The entry, if there is one that is intact. */
export const findEntry = async <Meta>(
  root: string,
  key: string,
  options: StoreOptions<Meta>,
): Promise<Entry<Meta> | undefined> =>
  (await readMeta(root, key)) === undefined ? undefined : hold(root, key, true, options)

const makeEntry = async <Meta>(root: string, key: string, make: (staging: string) => Promise<Meta>): Promise<void> => {
  const staging = join(root, `.staging-${key}`)
  // This run holds the exclusive lock, so what there is of this key is left from a killed run.
  const isLeft = (name: string): boolean => name.startsWith(`${key}.json.`) && isTempName(name)
  const left = (await readdir(root).catch(() => [])).filter(isLeft)
  for (const path of [staging, join(root, key), ...left.map((name) => join(root, name))])
    await rm(path, { recursive: true, force: true })
  await mkdir(staging, { recursive: true })
  try {
    const meta = await make(staging)
    await rename(staging, join(root, key))
    // Written last: without it, the entry does not count.
    await writeMeta(root, key, meta)
  } catch (error) {
    // An interrupt must end within seconds; the next maker of this key removes the folder.
    if (!(error instanceof InterruptedError)) await rm(staging, { recursive: true, force: true })
    throw error
  }
}

const POLL_MS = 200

const pause = async (signal: AbortSignal | undefined): Promise<void> => {
  await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {
    throw new InterruptedError()
  })
}

/** Makes the entry unless it exists by now; returns whether it did, or undefined while another run makes it. */
const tryMake = async <Meta>(
  root: string,
  key: string,
  make: (staging: string) => Promise<Meta>,
): Promise<boolean | undefined> => {
  await using lock = await tryLock(lockFile(root, key))
  if (!lock) return undefined
  if ((await readMeta(root, key)) !== undefined) return false
  await makeEntry(root, key, make)
  return true
}

/**
 * The cache entry `key` below `root`; `make` makes it in a staging folder when it is missing. Concurrent runs share
 * it: one makes it, the others wait. A killed maker leaves nothing that could be mistaken for an entry.
 */
export const obtain = async <Meta>(
  root: string,
  key: string,
  make: (staging: string) => Promise<Meta>,
  options: StoreOptions<Meta> = {},
): Promise<Entry<Meta>> => {
  let made = false
  let waited = false
  // Polls, because a blocking wait for the exclusive lock would last as long as other runs use the finished entry.
  for (;;) {
    const entry = (await readMeta(root, key)) === undefined ? undefined : await hold(root, key, !made, options)
    if (entry) return entry
    const outcome = await tryMake(root, key, make)
    if (outcome === undefined) {
      if (!waited) options.onWait?.()
      waited = true
      await pause(options.signal)
    } else made ||= outcome
  }
}

/** Removes an entry whose exclusive lock is `lock`, then releases it. The lock file stays: others may wait on it. */
export const removeEntry = async (root: string, key: string, lock: Lock): Promise<void> => {
  await condemn(root, key)
  await rm(join(root, key), { recursive: true, force: true })
  await lock[Symbol.asyncDispose]()
}
