// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, lutimesSync, mkdirSync, type PathLike, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tempBeside } from '../files/atomic.ts'
import { type FileKind, hashNow, kindOf, type ListedFile } from '../files/look.ts'
import { acquireLock, tryLock } from '../locks/lock.ts'

/** The store of files by content. Nothing is swept out of it until disposed. */
export interface Blobs extends AsyncDisposable {
  readonly root: string
}

/** The lock of a store: shared while files are put and linked, exclusive while it is swept. */
export const blobsLock = (root: string): string => `${root}.lock`

/** Where files are until they have their names. Its files are of killed runs once nobody holds the lock. */
export const incoming = (root: string): string => join(root, 'incoming')

/** The folders of a store, by the first byte of a hash. Each is made for its first blob. */
export const SHELVES: readonly string[] = Array.from({ length: 256 }, (_, nth) => nth.toString(16).padStart(2, '0'))

/** Removes what killed runs were adding, if no run adds anything now. */
const clearIncoming = async (root: string): Promise<void> => {
  const names = existsSync(incoming(root)) ? readdirSync(incoming(root)) : []
  await using lock = names.length > 0 ? await tryLock(blobsLock(root)) : undefined
  if (lock) for (const name of names) rmSync(join(incoming(root), name), { force: true })
}

/** Opens the store in the folder `root`, and makes it when it is missing. Waits while another run sweeps it. */
export const openBlobs = async (root: string, signal: AbortSignal): Promise<Blobs> => {
  await clearIncoming(root)
  const lock = await acquireLock(blobsLock(root), { mode: 'shared', signal })
  mkdirSync(incoming(root), { recursive: true })
  return { root, [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]() }
}

type Content = Omit<ListedFile, 'path'>

const SUFFIX: Readonly<Record<FileKind, string>> = { '-': '', x: 'x', l: 'l' }

/** The file with this content. A link is kept as a link, so that its hard links tell who uses it, as those of a file do. */
export const blobPath = (root: string, { kind, hash }: Content): string =>
  `${root}/${hash.slice(0, 2)}/${hash.slice(2)}${SUFFIX[kind]}`

/** Gives a blob its name by `use`; makes the folder for it when that is missing. */
export const onShelf = <T>(blob: string, use: () => T): T => {
  try {
    return use()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || existsSync(dirname(blob))) throw error
    mkdirSync(dirname(blob), { recursive: true })
    return use()
  }
}

const HEX = 64

/** The hash of the blob at a path. */
export const hashOf = (path: string): string => path.split('/').slice(-2).join('').slice(0, HEX)

/** A new path for a file that is to become a blob. */
export const incomingPath = (root: string): string => tempBeside(join(incoming(root), 'blob'))

const MODES: Readonly<Record<FileKind, number | undefined>> = { '-': 0o644, x: 0o755, l: undefined }

/** 2000-01-01: make must never see a stored file as newer than an object. */
export const BLOB_SECONDS = 946_684_800

/** Gives a file the mode and the time that every blob has. */
export const settle = (path: PathLike, kind: FileKind): void => {
  const mode = MODES[kind]
  if (mode !== undefined) chmodSync(path, mode)
  lutimesSync(path, BLOB_SECONDS, BLOB_SECONDS)
}

const EMPTY = createHash('sha256').digest('hex')

/** Whether a blob looks as it was put. A write through one of its links changes its time; a crash of the host leaves it empty. */
const isPlausible = (path: string, { kind, hash }: Content): boolean => {
  const info = lstatSync(path)
  const mode = MODES[kind]
  return (
    info.mtimeMs === BLOB_SECONDS * 1_000 &&
    (mode === undefined ? info.isSymbolicLink() : info.isFile() && (info.mode & 0o7777) === mode) &&
    (info.size === 0) === (hash === EMPTY)
  )
}

const hasContent = (path: string, { kind, hash }: Content): boolean =>
  kindOf(lstatSync(path, { bigint: true })) !== undefined && hashNow(path, kind) === hash

const ifThere = (use: () => boolean): boolean => {
  try {
    return use()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // EIO: the disk lost it. EINVAL and ELOOP: a file where a link should be, or the reverse.
    if (['ENOENT', 'EIO', 'EINVAL', 'ELOOP', 'EISDIR'].includes(code ?? '')) return false
    throw error
  }
}

/** Removes a blob. What is linked to it stays. */
export const removeBlob = ({ root }: Pick<Blobs, 'root'>, content: Content): void =>
  rmSync(blobPath(root, content), { recursive: true, force: true })

/** Whether the store has this content. A blob that someone wrote to is read again, and removed when it is damaged. */
export const hasBlob = (blobs: Pick<Blobs, 'root'>, content: Content): boolean => {
  const path = blobPath(blobs.root, content)
  if (ifThere(() => isPlausible(path, content))) return true
  if (ifThere(() => hasContent(path, content))) {
    settle(path, content.kind)
    return true
  }
  removeBlob(blobs, content)
  return false
}
