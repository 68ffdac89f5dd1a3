// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { formatListing, type Listing, parseListing } from '../files/listing.ts'
import { type ListedFile, statOf } from '../files/look.ts'
import { putBytes } from './blobput.ts'
import { type Blobs, blobPath } from './blobs.ts'

/** The blob of a listing's text. */
export const blobOfListing = (hash: string): Omit<ListedFile, 'path'> => ({ kind: '-', hash })

/** Puts the text of a listing into the store; returns its hash, by which `readListing` finds it. */
export const putListing = (blobs: Blobs, listing: Listing): string =>
  putBytes(blobs, Buffer.from(formatListing(listing), 'latin1'))

/** The text of a listing in the store; undefined when it is not there or damaged. */
export const readListingText = async (root: string, hash: string): Promise<string | undefined> => {
  const bytes = await readFile(blobPath(root, blobOfListing(hash))).catch(() => undefined)
  if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== hash) return undefined
  return bytes.toString('latin1')
}

// A run reads those of its tree and of its sources several times.
const KEPT = 4
const kept = new Map<string, Listing>()

const stampOf = (path: string): string | undefined => {
  try {
    return statOf(dirname(path), basename(path)).stamp
  } catch {
    return undefined
  }
}

/** A listing in the store; undefined when it is not there or damaged. One that this process has read is read again once it changes. */
export const readListing = async (root: string, hash: string): Promise<Listing | undefined> => {
  const stamp = stampOf(blobPath(root, blobOfListing(hash)))
  const key = `${hash} ${stamp}`
  const known = kept.get(key)
  if (known) return known
  const text = await readListingText(root, hash)
  if (text === undefined) return undefined
  const listing = parseListing(text)
  kept.set(key, listing)
  for (const old of [...kept.keys()].slice(0, -KEPT)) kept.delete(old)
  return listing
}
