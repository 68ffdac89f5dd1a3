// SPDX-License-Identifier: MIT
import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Lock, tryLock } from '../locks/lock.ts'
import { sizesOf } from './size.ts'
import { lockFile } from './store.ts'
import { indexesRoot } from './sweep.ts'

/** Something in the cache that is no entry: a download, a mirror, the package lists. */
export interface Leftover {
  /** Its path in the cache. */
  readonly name: string
  readonly paths: readonly string[]
  readonly locks: readonly string[]
}

const namesIn = (dir: string): Promise<readonly string[]> => readdir(dir).catch(() => [])

const downloads = async (cache: string): Promise<readonly Leftover[]> => {
  const root = join(cache, 'downloads')
  const names = [...(await namesIn(root)), ...(await namesIn(join(root, 'partial')))]
  const keys = names
    .filter((name) => !name.endsWith('.lock') && name !== 'partial')
    .map((name) => name.replace(/^\.staging-/, '').replace(/\..*/s, ''))
  return [...new Set(keys)].sort().map((key) => ({
    name: `downloads/${key}`,
    paths: [`${key}.json`, key, `.staging-${key}`, `partial/${key}`].map((path) => join(root, path)),
    locks: [lockFile(root, key)],
  }))
}

const mirrors = async (cache: string): Promise<readonly Leftover[]> => {
  const root = join(cache, 'mirrors')
  const names = (await namesIn(root)).filter((name) => name.endsWith('.git'))
  return names.sort().map((name) => {
    const path = join(root, name)
    return { name: `mirrors/${name}`, paths: [path], locks: [`${path}.lock`, `${path}.use.lock`] }
  })
}

const packageLists = async (cache: string): Promise<readonly Leftover[]> => {
  const root = join(cache, 'apt')
  const names = (await namesIn(root)).filter((name) => name !== 'lock')
  if (names.length === 0) return []
  return [{ name: 'apt', paths: names.map((name) => join(root, name)), locks: [join(root, 'lock')] }]
}

const indexes = async (cache: string): Promise<readonly Leftover[]> => {
  const names = await namesIn(indexesRoot(cache))
  if (names.length === 0) return []
  return [{ name: 'indexes', paths: names.map((name) => join(indexesRoot(cache), name)), locks: [] }]
}

/** What the cache holds besides its entries. A run that needs it fetches it again. */
export const listLeftovers = async (cache: string): Promise<readonly Leftover[]> =>
  (await Promise.all([downloads(cache), mirrors(cache), packageLists(cache), indexes(cache)])).flat()

const lockAll = async (files: readonly string[]): Promise<readonly Lock[] | undefined> => {
  const locks: Lock[] = []
  for (const file of files) {
    const lock = await tryLock(file)
    if (lock) locks.push(lock)
    else {
      for (const held of locks) await held[Symbol.asyncDispose]()
      return undefined
    }
  }
  return locks
}

/** Removes one unless a run uses it; returns the bytes that it had, or undefined when a run uses it. */
export const removeLeftover = async ({ paths, locks }: Leftover): Promise<number | undefined> => {
  const held = await lockAll(locks)
  if (!held) return undefined
  const bytes = (await sizesOf(paths)).reduce((sum, size) => sum + size, 0)
  for (const path of paths) await rm(path, { recursive: true, force: true })
  for (const lock of held) await lock[Symbol.asyncDispose]()
  return bytes
}

/** Removes the folders that hold nothing any more. */
export const removeEmpty = async (cache: string): Promise<void> => {
  for (const name of ['downloads/partial', 'downloads', 'mirrors', 'apt', 'indexes'])
    await rmdir(join(cache, name)).catch(() => undefined)
}
