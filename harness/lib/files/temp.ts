// SPDX-License-Identifier: MIT
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { HarnessError, HostError } from '../../model/errors.ts'
import { type Lock, tryLock } from '../locks/lock.ts'
import { exists } from './exists.ts'

// Its owner holds it. Whoever gets it finds the folder of a killed process.
const LOCK = '.lock'
const open = new Set<string>()
let listening = false

// Another process may look whether the folder is locked while its owner removes it, which makes the lock's file again.
const WHOLE = { recursive: true, force: true, maxRetries: 20, retryDelay: 10 } as const

const removeOpen = (): void => {
  for (const dir of open) rmSync(dir, { recursive: true, force: true })
}

const lockOf = (dir: string): Promise<Lock | undefined> => tryLock(join(dir, LOCK)).catch(() => undefined)

/** Removes the folders that killed processes left at `prefix`; returns how many. */
export const sweepOwnDirs = async (prefix: string): Promise<number> => {
  const [parent, start] = [dirname(prefix), basename(prefix)]
  let swept = 0
  for (const name of await readdir(parent).catch(() => [])) {
    const dir = join(parent, name)
    if (!name.startsWith(start) || !(await exists(join(dir, LOCK)).catch(() => false))) continue
    await using lock = await lockOf(dir)
    if (!lock) continue
    const removed = await rm(dir, WHOLE).then(
      () => true,
      () => false,
    )
    if (removed) swept++
  }
  return swept
}

const makeOwnDir = async (prefix: string): Promise<{ dir: string; lock: Lock }> => {
  for (;;) {
    const dir = await mkdtemp(prefix)
    const lock = await tryLock(join(dir, LOCK))
    // Another process may have swept it before the lock was taken.
    if (lock && (await exists(join(dir, LOCK)))) return { dir, lock }
    await lock?.[Symbol.asyncDispose]()
  }
}

/** Makes a folder whose path begins with `prefix`, for this process alone, and removes it when `use` has settled. */
export const inOwnDir = async <T>(prefix: string, use: (dir: string) => Promise<T>): Promise<T> => {
  if (!listening) process.on('exit', removeOpen)
  listening = true
  const { dir, lock } = await makeOwnDir(prefix)
  await using _lock = lock
  open.add(dir)
  try {
    return await use(dir)
  } finally {
    await rm(dir, WHOLE)
    open.delete(dir)
  }
}

const ALL = 'zsharness-'
const prefix = (name: string): string => join(tmpdir(), `${ALL}${name}-`)

/** What the path of a temporary folder of this name looks like: six characters vary. */
export const tempDirLike = (name: string): string => join(`${prefix(name)}XXXXXX`, 'd')

/** Removes the temporary folders that killed processes left below TMPDIR; returns how many. */
export const sweepTempDirs = (): Promise<number> => sweepOwnDirs(join(tmpdir(), ALL))

/** The HostError for a full disk below TMPDIR. */
export const tempFull = (cause?: unknown): HostError =>
  new HostError(
    `no space left for temporary files in ${tmpdir()}`,
    'free space there, or set TMPDIR to a folder on a larger disk',
    cause,
  )

const NEARLY_FULL_BYTES = 1 << 16

const isFull = async (dir: string): Promise<boolean> => {
  const { bavail, bsize, files, ffree } = await statfs(dir)
  return bavail * bsize < NEARLY_FULL_BYTES || (files > 0 && ffree === 0)
}

/** Names TMPDIR in an error of a full disk, if it is TMPDIR's: the error of a write names no file. */
const explained = async (error: unknown): Promise<unknown> => {
  const { code, path, dest } = (error ?? {}) as NodeJS.ErrnoException & { readonly dest?: string }
  if (error instanceof HarnessError || (code !== 'ENOSPC' && code !== 'EDQUOT')) return error
  const paths = [path, dest].filter((one) => one !== undefined)
  const isOurs = paths.length > 0 ? paths.some((one) => one.startsWith(join(tmpdir(), ALL))) : await isFull(tmpdir())
  return isOurs ? tempFull(error) : error
}

let swept: Promise<unknown> | undefined

/** Makes a folder below TMPDIR, hands it to `use`, and removes it when that has settled. */
export const inTempDir = async <T>(name: string, use: (dir: string) => Promise<T>): Promise<T> => {
  swept ??= sweepTempDirs()
  await swept
  const useInside = async (own: string): Promise<T> => {
    const dir = join(own, 'd')
    await mkdir(dir)
    return use(dir)
  }
  // Before the folder is removed, which frees what filled the disk.
  const explain = async (error: unknown): Promise<never> => {
    throw await explained(error)
  }
  return inOwnDir(prefix(name), (own) => useInside(own).catch(explain)).catch(explain)
}
