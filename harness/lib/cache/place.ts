// SPDX-License-Identifier: MIT
import { mkdirSync } from 'node:fs'
import { type BytePath, type ListedFile, onDisk } from '../files/look.ts'
import { copyAs, NO_LINK, tryLink } from './blobput.ts'
import { blobPath, hasBlob } from './blobs.ts'
import { writing } from './writing.ts'

const linkOrCopy = (root: string, file: ListedFile, to: string): void => {
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

/** Makes one file after the other in the folder `to` from the store `root`; returns whether the store has it. */
export const makePlacer = (root: string, to: string): ((file: ListedFile) => boolean) => {
  const makeFolder = folderMaker(to)
  return (file) => {
    if (!hasBlob({ root }, file)) return false
    writing(to, () => {
      makeFolder(file.path)
      linkOrCopy(root, file, to)
    })
    return true
  }
}
