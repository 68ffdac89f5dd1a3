// SPDX-License-Identifier: MIT
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
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

let swept: Promise<unknown> | undefined

/** Makes a folder below TMPDIR, hands it to `use`, and removes it when that has settled. */
export const inTempDir = async <T>(name: string, use: (dir: string) => Promise<T>): Promise<T> => {
  swept ??= sweepTempDirs()
  await swept
  return inOwnDir(prefix(name), async (own) => {
    const dir = join(own, 'd')
    await mkdir(dir)
    return use(dir)
  })
}
