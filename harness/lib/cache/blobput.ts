// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import {
  constants,
  copyFileSync,
  linkSync,
  type PathLike,
  readlinkSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import type { Listing } from '../files/listing.ts'
import { ChangedError, type FileKind, hashNow, type ListedFile, onDisk, reading, shownPath } from '../files/look.ts'
import { eachPaced } from '../files/paced.ts'
import { type Blobs, blobPath, hasBlob, incomingPath, onShelf, settle } from './blobs.ts'
import { writing } from './writing.ts'

/** Copies a file or a link as a blob is; shares the bytes where the file system can. */
export const copyAs = (kind: FileKind, from: PathLike, to: PathLike): void => {
  if (kind === 'l') symlinkSync(readlinkSync(from, 'buffer'), to)
  else copyFileSync(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
  settle(to, kind)
}

/** Whether it could be done: the codes given are no errors. */
const attempt = (use: () => void, codes: readonly string[]): boolean => {
  try {
    use()
    return true
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

/** Hard-links a file, or a link itself; returns whether it could. */
export const tryLink = (from: PathLike, to: PathLike, codes: readonly string[]): boolean =>
  attempt(() => linkSync(from, to), codes)

/** Codes of a link that cannot be, though a copy can: another file system, too many links, a file system without them. */
export const NO_LINK = ['EXDEV', 'EMLINK', 'EPERM', 'EOPNOTSUPP', 'ENOSYS']

const removeIfThere = (path: PathLike): boolean => attempt(() => unlinkSync(path), ['ENOENT'])

/** Gives a complete file in the store its name, unless another run has put the same content there by now. */
const nameIt = (blobs: Blobs, temp: PathLike, content: Omit<ListedFile, 'path'>): void => {
  const blob = blobPath(blobs.root, content)
  // A rename would replace a blob that another run has linked by now.
  onShelf(blob, () => {
    if (!tryLink(temp, blob, ['EEXIST', ...NO_LINK]) && !hasBlob(blobs, content)) renameSync(temp, blob)
  })
}

/** Copies a file into the store. The copy has its name only once its bytes are known to be right. */
const putCopy = (blobs: Blobs, dir: string, file: ListedFile): void => {
  const temp = incomingPath(blobs.root)
  try {
    copyAs(file.kind, onDisk(dir, file.path), temp)
    if (hashNow(temp, file.kind) !== file.hash)
      throw new ChangedError(
        `${dir}/${shownPath(file.path)} changed while it was copied`,
        'run again while nothing changes it',
      )
    nameIt(blobs, temp, file)
  } finally {
    removeIfThere(temp)
  }
}

/** Puts bytes into the store, as a plain file; returns their hash. */
export const putBytes = (blobs: Blobs, bytes: Buffer): string => {
  const content = { kind: '-', hash: createHash('sha256').update(bytes).digest('hex') } as const
  if (hasBlob(blobs, content)) return content.hash
  const temp = incomingPath(blobs.root)
  return writing(blobs.root, () => {
    try {
      writeFileSync(temp, bytes, { flag: 'wx' })
      settle(temp, content.kind)
      nameIt(blobs, temp, content)
    } finally {
      removeIfThere(temp)
    }
    return content.hash
  })
}

/** Calls `use`, which takes a file into the store: the error says which side failed. */
const moving = ({ root }: Blobs, dir: string, { path }: ListedFile, use: () => void): void =>
  reading(dir, path, () => writing(root, use, ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']))

/** Copies those files of a folder into the store that it lacks; returns how many. Never links: the folder is its owner's. */
export const storeFiles = async (blobs: Blobs, dir: string, listing: Listing, signal: AbortSignal): Promise<number> => {
  let stored = 0
  await eachPaced(listing, signal, (file) =>
    moving(blobs, dir, file, () => {
      if (hasBlob(blobs, file)) return
      putCopy(blobs, dir, file)
      stored++
    }),
  )
  return stored
}

/** Puts a link to the blob in the place of a file, where the file system can. */
const replaceByBlob = ({ root }: Blobs, path: PathLike, file: ListedFile): void => {
  const temp = incomingPath(root)
  try {
    if (tryLink(blobPath(root, file), temp, NO_LINK)) attempt(() => renameSync(temp, path), NO_LINK)
  } finally {
    // A rename between two names of one file does nothing.
    removeIfThere(temp)
  }
}

/** Makes the file itself the blob; returns false when there is one by now. */
const putItself = (blobs: Blobs, dir: string, file: ListedFile): boolean => {
  const blob = blobPath(blobs.root, file)
  if (onShelf(blob, () => tryLink(onDisk(dir, file.path), blob, ['EEXIST', ...NO_LINK]))) return true
  if (hasBlob(blobs, file)) return false
  putCopy(blobs, dir, file)
  return true
}

/**
 * Makes the files of a folder blobs, without a copy: afterwards it is what a checkout would be. Only for a folder that
 * nobody else writes to, just after it was listed: the hashes are believed. Returns how many blobs are new.
 */
export const adoptFiles = async (blobs: Blobs, dir: string, listing: Listing, signal: AbortSignal): Promise<number> => {
  let adopted = 0
  await eachPaced(listing, signal, (file) =>
    moving(blobs, dir, file, () => {
      const path = onDisk(dir, file.path)
      settle(path, file.kind)
      if (!hasBlob(blobs, file) && putItself(blobs, dir, file)) adopted++
      else replaceByBlob(blobs, path, file)
    }),
  )
  return adopted
}
