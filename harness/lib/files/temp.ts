// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { HarnessError, HostError } from '../../model/errors.ts'
import { type Lock, tryLock } from '../locks/lock.ts'
import { exists } from './exists.ts'

// Beside each folder, and there before it: its owner holds it. Whoever gets it finds what a killed process left.
const lockBeside = (dir: string): string => `${dir}.lock`
const OWN_LOCK = /[0-9a-f]{6}\.lock$/
const open = new Set<string>()
let listening = false

const WHOLE = { recursive: true, force: true } as const

const removeOpen = (): void => {
  for (const dir of open) for (const path of [dir, lockBeside(dir)]) rmSync(path, WHOLE)
}

// The lock goes last: a process that is killed here leaves what the next one finds.
const removeOwn = async (dir: string): Promise<void> => {
  await rm(dir, WHOLE)
  await rm(lockBeside(dir), WHOLE)
}

/** Removes the folders that killed processes left at `prefix`; returns how many. */
export const sweepOwnDirs = async (prefix: string): Promise<number> => {
  const [parent, start] = [dirname(prefix), basename(prefix)]
  let swept = 0
  for (const name of await readdir(parent).catch(() => [])) {
    if (!name.startsWith(start) || !OWN_LOCK.test(name)) continue
    await using lock = await tryLock(join(parent, name)).catch(() => undefined)
    if (!lock) continue
    const removed = await removeOwn(join(parent, name.slice(0, -'.lock'.length))).then(
      () => true,
      () => false,
    )
    if (removed) swept++
  }
  return swept
}

const makeOwnDir = async (prefix: string): Promise<{ dir: string; lock: Lock }> => {
  for (;;) {
    const dir = `${prefix}${randomBytes(3).toString('hex')}`
    const file = lockBeside(dir)
    const isNew = await writeFile(file, '', { flag: 'wx' }).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false
        throw error
      },
    )
    if (!isNew) continue
    const lock = await tryLock(file)
    // Another process may have swept it before the lock was taken.
    if (lock && (await exists(file))) {
      await mkdir(dir, { mode: 0o700 })
      return { dir, lock }
    }
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
    await removeOwn(dir)
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
