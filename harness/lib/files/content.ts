// SPDX-License-Identifier: MIT
import { createHash, type Hash } from 'node:crypto'
import { closeSync, constants, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { HarnessError, HostError, InterruptedError, UsageError } from '../../model/errors.ts'

/** A path of bytes, one character each: a file's name need not be UTF-8. */
export type BytePath = string

/** The path as the file system takes it. */
const onDisk = (dir: string, path: BytePath): Buffer =>
  Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(path, 'latin1')])

const parentOf = (path: BytePath): BytePath => path.slice(0, Math.max(0, path.lastIndexOf('/')))

const shown = (path: BytePath): string => Buffer.from(path, 'latin1').toString()

/** Every file and link below the folder `below` of `dir`, without git's own files at its top; folders only as parts of paths. */
export const filesBelow = (dir: string, below: BytePath = ''): BytePath[] => {
  const found: BytePath[] = []
  const walk = (folder: BytePath, isTop: boolean): void => {
    for (const entry of readdirSync(onDisk(dir, folder), { encoding: 'latin1', withFileTypes: true })) {
      if (isTop && entry.name === '.git') continue
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) walk(path, false)
      else found.push(path)
    }
  }
  walk(below, true)
  return found
}

const kindOnDisk = (dir: string, path: BytePath): 'folder' | 'file' | undefined => {
  const info = lstatSync(onDisk(dir, path), { throwIfNoEntry: false })
  return info && (info.isDirectory() ? 'folder' : 'file')
}

/** Those of the listed files that are there, not through a link; of a listed folder, a repository inside, every file. */
export const filesListed = (dir: string, listed: readonly BytePath[]): readonly BytePath[] => {
  const folders = new Map<BytePath, boolean>([['', true]])
  const isFolder = (path: BytePath): boolean => {
    const known = folders.get(path) ?? (isFolder(parentOf(path)) && kindOnDisk(dir, path) === 'folder')
    folders.set(path, known)
    return known
  }
  const files = new Set<BytePath>()
  for (const path of listed) {
    const kind = isFolder(parentOf(path)) ? kindOnDisk(dir, path) : undefined
    if (kind === 'file') files.add(path)
    if (kind === 'folder') for (const file of filesBelow(dir, path)) files.add(file)
  }
  return [...files]
}

const CHUNK = Buffer.allocUnsafe(1 << 20)

// Synchronous: on a kernel's 80,000 files it takes a third of the time of reads through the thread pool.
const addContent = (hash: Hash, path: Buffer): void => {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const read = (): number => readSync(file, CHUNK, 0, CHUNK.length, null)
    for (let length = read(); length > 0; length = read())
      hash.update(length === CHUNK.length ? CHUNK : CHUNK.subarray(0, length))
  } finally {
    closeSync(file)
  }
}

/** What is at a path: `-`, or `x` for an executable file, or `l` for a link, and the sha256 of its bytes or target. */
type FileId = string

const idOf = (dir: string, path: BytePath): FileId => {
  const info = lstatSync(onDisk(dir, path))
  const content = createHash('sha256')
  if (info.isSymbolicLink())
    return `l ${content.update(readlinkSync(onDisk(dir, path), { encoding: 'buffer' })).digest('hex')}`
  if (!info.isFile())
    throw new UsageError(`${dir}/${shown(path)} is not a file, folder or link`, 'remove it from the tree')
  addContent(content, onDisk(dir, path))
  return `${info.mode & 0o111 ? 'x' : '-'} ${content.digest('hex')}`
}

const readId = (dir: string, path: BytePath): FileId => {
  try {
    return idOf(dir, path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (error instanceof HarnessError || code === undefined) throw error
    throw new HostError(
      `${dir}/${shown(path)}: cannot be read (${code})`,
      'make all its files readable, and run while nothing changes them',
      error,
    )
  }
}

/** The files of a folder, sorted by path. */
export type Listing = ReadonlyMap<BytePath, FileId>

const YIELD_MS = 20

/** Reads these files: names, kinds and bytes, nothing else, so no time, index or filter can hide a change. */
export const listFiles = async (dir: string, files: readonly BytePath[], signal: AbortSignal): Promise<Listing> => {
  const listing = new Map<BytePath, FileId>()
  let since = performance.now()
  for (const path of files.toSorted()) {
    listing.set(path, readId(dir, path))
    if (performance.now() - since < YIELD_MS) continue
    await setImmediate()
    if (signal.aborted) throw new InterruptedError()
    since = performance.now()
  }
  return listing
}

const ID_LENGTH = '- '.length + 64

/** A listing as bytes, one character each: `- SHA256 PATH`, each ended by a NUL, which no path has. */
export const formatListing = (listing: Listing): string => [...listing].map(([path, id]) => `${id} ${path}\0`).join('')

/** The listing that `formatListing` wrote. */
export const parseListing = (text: string): Listing =>
  new Map(
    text
      .split('\0')
      .slice(0, -1)
      .map((line) => [line.slice(ID_LENGTH + 1), line.slice(0, ID_LENGTH)]),
  )

/** sha256 of a listing, as 64 hex digits: two folders with the same files have the same. */
export const hashListing = (listing: Listing): string =>
  createHash('sha256').update(formatListing(listing), 'latin1').digest('hex')

/** sha256 over everything below a folder. */
export const hashFolder = async (dir: string, signal: AbortSignal): Promise<string> =>
  hashListing(await listFiles(dir, filesBelow(dir), signal))

/** The first of these files that is not what the listing says, or that is not in it; undefined when all are. */
export const firstDamaged = async (
  dir: string,
  paths: readonly BytePath[],
  listing: Listing,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const there = paths.filter((path) => kindOnDisk(dir, path) === 'file')
  const found = await listFiles(dir, there, signal)
  const damaged = paths.find((path) => found.get(path) !== listing.get(path))
  return damaged === undefined ? undefined : shown(damaged)
}
