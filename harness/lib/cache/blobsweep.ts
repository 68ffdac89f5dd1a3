// SPDX-License-Identifier: MIT
import { existsSync, lstatSync, readdirSync, rmSync, type Stats, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { everyFileBelow } from '../files/below.ts'
import type { Listing } from '../files/listing.ts'
import { onDisk } from '../files/look.ts'
import { eachPaced } from '../files/paced.ts'
import { tryLock } from '../locks/lock.ts'
import { blobPath, blobsLock, hashOf, incoming, SHELVES } from './blobs.ts'

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
  if (!existsSync(root)) return 0
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

/** The bytes that removing a folder frees: those of files that it alone links to. What the store has too, a sweep frees. */
export const ownBytes = async (dir: string, signal: AbortSignal): Promise<number> => {
  const links = new Map<number, number>()
  let freed = 0
  await eachPaced(everyFileBelow(dir), signal, (path) => {
    const info = lstatSync(onDisk(dir, path))
    const seen = (links.get(info.ino) ?? 0) + 1
    links.set(info.ino, seen)
    if (seen === info.nlink) freed += bytesOf(info)
  })
  return freed
}

/** The bytes of those listed blobs that no folder links to: removing the last entry that lists them frees them. */
export const unlinkedBytes = async (
  root: string,
  listing: Listing,
  seen: Set<string>,
  signal: AbortSignal,
): Promise<number> => {
  let bytes = 0
  await eachPaced(listing, signal, (file) => {
    if (seen.has(file.hash)) return
    seen.add(file.hash)
    const info = lstatSync(blobPath(root, file), { throwIfNoEntry: false })
    if (info?.nlink === 1) bytes += bytesOf(info)
  })
  return bytes
}
