// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import type { BytePath, FileKind, ListedFile } from './look.ts'

/** The files of a folder, ordered by their paths' bytes; folders only as parts of paths. */
export type Listing = readonly ListedFile[]

/** A text that is not a listing, or files that no folder can have. */
export class ListingError extends Error {}

const faultOf = (path: BytePath): string | undefined => {
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'not a path below a folder'
  return path.includes('\0') ? 'NUL in a path' : undefined
}

/** The folders above a file, the nearest first. */
const foldersAbove = function* (path: BytePath): Generator<BytePath> {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) yield path.slice(0, at)
}

/** Every folder that has a file. */
const foldersOf = (files: Listing): ReadonlySet<BytePath> => {
  const folders = new Set<BytePath>()
  for (const { path } of files)
    for (const folder of foldersAbove(path)) {
      if (folders.has(folder)) break
      folders.add(folder)
    }
  return folders
}

const checked = (files: Listing): Listing => {
  const folders = foldersOf(files)
  let before: BytePath | undefined
  for (const { path } of files) {
    const outOfOrder = before !== undefined && path <= before ? 'out of order or twice' : undefined
    const fault = faultOf(path) ?? outOfOrder ?? (folders.has(path) ? 'both a file and a folder' : undefined)
    if (fault) throw new ListingError(`${fault}: ${JSON.stringify(path)}`)
    before = path
  }
  return files
}

const byPath = (a: ListedFile, b: ListedFile): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)

/** Makes a listing of files in any order; throws a ListingError when no folder can have them all. */
export const toListing = (files: readonly ListedFile[]): Listing => checked(files.toSorted(byPath))

/** `KIND HASH PATH` and a NUL for each file, a character for a byte: a name may have any other byte, a newline too. */
export const formatListing = (listing: Listing): string =>
  listing.map(({ path, kind, hash }) => `${kind} ${hash} ${path}\0`).join('')

const LINE = /^([-xl]) ([0-9a-f]{64}) ([\0-\xff]+)$/

const parseLine = (line: string): ListedFile => {
  const match = LINE.exec(line)
  if (!match) throw new ListingError(`not a line of a listing: ${JSON.stringify(line.slice(0, 100))}`)
  return { kind: match[1] as FileKind, hash: match[2]!, path: match[3]! }
}

/** The listing of a text that `formatListing` made; throws a ListingError for any other text. */
export const parseListing = (text: string): Listing => {
  if (text === '') return []
  if (!text.endsWith('\0')) throw new ListingError('a listing was cut off')
  return checked(text.slice(0, -1).split('\0').map(parseLine))
}

/** A sha256 of the listing: equal for folders with equal files, whatever their times and owners. */
export const listingKey = (listing: Listing): string =>
  createHash('sha256').update(formatListing(listing), 'latin1').digest('hex')

/** How a listing differs from another. */
export interface Differences {
  readonly changed: readonly BytePath[]
  readonly added: readonly BytePath[]
  readonly removed: readonly BytePath[]
}

/** The lines in which two texts differ: what both begin and end with is left out. */
const middles = (before: string, after: string): readonly [string, string] => {
  const shortest = Math.min(before.length, after.length)
  let start = 0
  while (start < shortest && before.charCodeAt(start) === after.charCodeAt(start)) start++
  start = before.lastIndexOf('\0', start - 1) + 1
  let end = 0
  const last = shortest - start
  while (end < last && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end++
  // What comes before the first NUL may be the end of two different lines.
  const kept = end - (before.slice(before.length - end).indexOf('\0') + 1)
  return [before.slice(start, before.length - kept), after.slice(start, after.length - kept)]
}

/** The paths that differ from one text of a listing to another; throws a ListingError when one is none. */
export const differingTexts = (before: string, after: string): Differences => {
  const [old, now] = middles(before, after).map(parseListing)
  return differingPaths(old!, now!)
}

/** The paths that differ from `before` to `after`. */
export const differingPaths = (before: Listing, after: Listing): Differences => {
  const old = new Map(before.map((file) => [file.path, file]))
  const changed: BytePath[] = []
  const added: BytePath[] = []
  for (const { path, kind, hash } of after) {
    const was = old.get(path)
    if (!was) added.push(path)
    else if (was.kind !== kind || was.hash !== hash) changed.push(path)
    old.delete(path)
  }
  return { changed, added, removed: [...old.keys()] }
}
