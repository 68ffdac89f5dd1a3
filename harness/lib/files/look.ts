// SPDX-License-Identifier: MIT
import { createHash, type Hash } from 'node:crypto'
import {
  type BigIntStats,
  closeSync,
  constants,
  lstatSync,
  openSync,
  type PathLike,
  readlinkSync,
  readSync,
} from 'node:fs'
import { HarnessError, HostError, UsageError } from '../../model/errors.ts'

/** A path of bytes, one character each: a file's name need not be UTF-8. */
export type BytePath = string

/** A plain file, an executable one, a symbolic link. */
export type FileKind = '-' | 'x' | 'l'

/** A file as a listing has it. `hash` is the sha256 of its bytes in hex, of a link that of its target. */
export interface ListedFile {
  readonly path: BytePath
  readonly kind: FileKind
  readonly hash: string
}

/** What a stat tells about changes. */
export interface FileStat {
  /** Differs once the file was written, replaced or made something else. */
  readonly stamp: string
  readonly dev: bigint
  /** The later one of its times, in nanoseconds since 1970. */
  readonly latestNs: bigint
  /** When its content, its name or its mode last changed; nobody can set this time. */
  readonly changedNs: bigint
}

/** A file, and its stat at the time of reading. */
export interface SeenFile extends ListedFile, FileStat {}

const ASCII = /^[\0-\x7f]*$/

/** The path as the file system takes it. */
export const onDisk = (dir: string, path: BytePath): string | Buffer =>
  // Buffers cost node twice the time of strings, which almost every name can be.
  ASCII.test(path) ? `${dir}/${path}` : Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(path, 'latin1')])

/** A path for people. */
export const shownPath = (path: BytePath): string => Buffer.from(path, 'latin1').toString()

const CHUNK = Buffer.allocUnsafe(1 << 20)

// Synchronous: on a kernel's 80,000 files it takes a third of the time of reads through the thread pool.
const addContent = (hash: Hash, path: PathLike): void => {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const read = (): number => readSync(file, CHUNK, 0, CHUNK.length, null)
    for (let length = read(); length > 0; length = read())
      hash.update(length === CHUNK.length ? CHUNK : CHUNK.subarray(0, length))
  } finally {
    closeSync(file)
  }
}

/** The hash of what is there now, which is of this kind. */
export const hashNow = (path: PathLike, kind: FileKind): string => {
  const hash = createHash('sha256')
  if (kind === 'l') hash.update(readlinkSync(path, 'buffer'))
  else addContent(hash, path)
  return hash.digest('hex')
}

/** What a file is by its stat; undefined for a folder, a device, a socket or a pipe. */
export const kindOf = (info: BigIntStats): FileKind | undefined => {
  if (info.isSymbolicLink()) return 'l'
  if (!info.isFile()) return undefined
  return info.mode & 0o111n ? 'x' : '-'
}

/** A file changed, or went, while it was read or copied. */
export class ChangedError extends HostError {}

/** Calls `use`; a failure of the system becomes a HostError that names the file. */
export const reading = <T>(dir: string, path: BytePath, use: () => T): T => {
  try {
    return use()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (error instanceof HarnessError || code === undefined) throw error
    // ENOTDIR: a folder above it is a file now.
    const kind = code === 'ENOENT' || code === 'ENOTDIR' ? ChangedError : HostError
    throw new kind(
      `${dir}/${shownPath(path)}: cannot be read (${code})`,
      'make all its files readable, and run while nothing changes them',
      error,
    )
  }
}

const lstat = (dir: string, path: BytePath): BigIntStats => lstatSync(onDisk(dir, path), { bigint: true })

const toStat = ({ size, mtimeNs, ctimeNs, ino, dev, mode }: BigIntStats): FileStat => ({
  stamp: `${size}:${mtimeNs}:${ctimeNs}:${ino}:${dev}:${mode}`,
  dev,
  latestNs: mtimeNs > ctimeNs ? mtimeNs : ctimeNs,
  changedNs: ctimeNs,
})

/** The stat of a file, not through a link. */
export const statOf = (dir: string, path: BytePath): FileStat => toStat(lstat(dir, path))

const seeOnce = (dir: string, path: BytePath): SeenFile | undefined => {
  const info = lstat(dir, path)
  const kind = kindOf(info)
  if (kind === undefined)
    throw new UsageError(`${dir}/${shownPath(path)} is not a file, folder or link`, 'remove it from the tree')
  const hash = hashNow(onDisk(dir, path), kind)
  const stat = toStat(info)
  return statOf(dir, path).stamp === stat.stamp ? { path, kind, hash, ...stat } : undefined
}

const TRIES = 5

/** Reads a whole file, again when it changes meanwhile. */
export const lookAt = (dir: string, path: BytePath): SeenFile =>
  reading(dir, path, () => {
    for (let nth = 0; nth < TRIES; nth++) {
      const seen = seeOnce(dir, path)
      if (seen) return seen
    }
    throw new ChangedError(`${dir}/${shownPath(path)} changes while it is read`, 'run again while nothing changes it')
  })
