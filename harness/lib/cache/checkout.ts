// SPDX-License-Identifier: MIT
import { mkdirSync } from 'node:fs'
import type { Listing } from '../files/listing.ts'
import { type BytePath, type ListedFile, onDisk } from '../files/look.ts'
import { eachPaced } from '../files/paced.ts'
import { copyAs, NO_LINK, tryLink } from './blobput.ts'
import { type Blobs, blobPath, hasBlob } from './blobs.ts'
import { writing } from './writing.ts'

const linkOrCopy = ({ root }: Blobs, file: ListedFile, to: string): void => {
  const [blob, path] = [blobPath(root, file), onDisk(to, file.path)]
  if (!tryLink(blob, path, NO_LINK)) copyAs(file.kind, blob, path)
}

/** Makes the folder of a file when it is not that of the file before. */
const folderMaker = (to: string): ((path: BytePath) => void) => {
  const made = new Set<BytePath>([''])
  mkdirSync(to, { recursive: true })
  return (path) => {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    if (made.has(folder)) return
    mkdirSync(onDisk(to, folder), { recursive: true })
    made.add(folder)
  }
}

/**
 * Makes the files of a listing in the new folder `to`, as hard links to their blobs, copies where there can be no link.
 * Whoever writes to a file there must replace it: to write into it would change the blob. Returns the files that the store
 * lacks.
 */
export const checkout = async (
  blobs: Blobs,
  listing: Listing,
  to: string,
  signal: AbortSignal,
): Promise<readonly ListedFile[]> => {
  const makeFolder = folderMaker(to)
  const missing: ListedFile[] = []
  const place = (file: ListedFile): void => {
    makeFolder(file.path)
    linkOrCopy(blobs, file, to)
  }
  await eachPaced(listing, signal, (file) => {
    if (!hasBlob(blobs, file)) missing.push(file)
    else writing(to, () => place(file))
  })
  return missing
}
