// SPDX-License-Identifier: MIT
import { lstatSync, readdirSync, rmSync, type Stats, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { everyFileBelow } from '../files/below.ts'
import { onDisk } from '../files/look.ts'
import { eachPaced } from '../files/paced.ts'
import { tryLock } from '../locks/lock.ts'
import { BLOB_SECONDS, blobsLock, hashOf, incoming, SHELVES } from './blobs.ts'

const SECTOR = 512
const bytesOf = ({ blocks }: Stats): number => blocks * SECTOR

const namesIn = (dir: string): readonly string[] => {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

type IsKept = (hash: string) => boolean

const unusedIn = async (dirs: readonly string[], isKept: IsKept, signal: AbortSignal) => {
  const found: { readonly path: string; readonly info: Stats }[] = []
  const paths = dirs.flatMap((dir) => namesIn(dir).map((name) => join(dir, name)))
  await eachPaced(paths, signal, (path) => {
    const info = lstatSync(path)
    if (info.nlink === 1 && !isKept(hashOf(path))) found.push({ path, info })
  })
  // In the order of the disk: the order of hashes would take many times longer.
  return found.sort((a, b) => a.info.ino - b.info.ino)
}

/** Removes the files of these folders that have no other link; returns their bytes. */
const removeUnused = async (dirs: readonly string[], isKept: IsKept, signal: AbortSignal): Promise<number> => {
  let freed = 0
  await eachPaced(await unusedIn(dirs, isKept, signal), signal, ({ path, info }) => {
    unlinkSync(path)
    freed += bytesOf(info)
  })
  return freed
}

/**
 * Removes the blobs that nothing links to and no entry lists, and what killed runs left; returns the bytes freed. Returns
 * undefined, and removes nothing, while a run has the store open: it may be about to link what it has just put.
 * `kept` is asked once that is certain: the hashes that entries list.
 */
export const sweepBlobs = async (
  root: string,
  kept: () => Promise<ReadonlySet<string>>,
  signal: AbortSignal,
): Promise<number | undefined> => {
  await using lock = await tryLock(blobsLock(root))
  if (!lock) return undefined
  const hashes = await kept()
  for (const name of namesIn(incoming(root))) rmSync(join(incoming(root), name), { force: true })
  return removeUnused(
    SHELVES.map((shelf) => join(root, shelf)),
    (hash) => hashes.has(hash),
    signal,
  )
}

/** How many links the store has to a file. Nothing else in the cache has the time of a blob. */
const linksOfStore = ({ mtimeMs, nlink }: Stats): number => (nlink > 1 && mtimeMs === BLOB_SECONDS * 1_000 ? 1 : 0)

/** The bytes that removing a folder and a sweep free: those of files that only this folder, and the store, link to. */
export const freedBytes = async (dir: string, signal: AbortSignal): Promise<number> => {
  const links = new Map<number, number>()
  let freed = 0
  await eachPaced(everyFileBelow(dir), signal, (path) => {
    const info = lstatSync(onDisk(dir, path))
    const seen = (links.get(info.ino) ?? 0) + 1
    links.set(info.ino, seen)
    if (seen + linksOfStore(info) === info.nlink) freed += bytesOf(info)
  })
  return freed
}
