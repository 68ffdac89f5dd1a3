// SPDX-License-Identifier: MIT
import { lstatSync } from 'node:fs'
import type { Listing } from './listing.ts'
import { type BytePath, kindOf, type ListedFile, onDisk } from './look.ts'
import { lookAtAll } from './lookall.ts'

/** Whether there is a file or a link that can be read. */
const isThere = (dir: string, path: BytePath): boolean => {
  const info = lstatSync(onDisk(dir, path), { bigint: true, throwIfNoEntry: false })
  return info !== undefined && kindOf(info) !== undefined
}

/** The first file of the listing that is not in the folder, or is another there; reads each of them. */
export const firstDifference = async (
  dir: string,
  listing: Listing,
  signal: AbortSignal,
): Promise<ListedFile | undefined> => {
  const wanted = new Map(listing.map((file) => [file.path, file]))
  const paths = listing.map(({ path }) => path).filter((path) => isThere(dir, path))
  await lookAtAll(dir, paths, signal, ({ path, kind, hash }) => {
    const want = wanted.get(path)
    if (want?.kind === kind && want.hash === hash) wanted.delete(path)
  })
  const [first] = wanted.values()
  return first
}
