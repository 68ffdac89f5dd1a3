// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { formatListing, type Listing, parseListing } from '../files/listing.ts'
import type { ListedFile } from '../files/look.ts'
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

/** A listing in the store; undefined when it is not there or damaged. */
export const readListing = async (root: string, hash: string): Promise<Listing | undefined> => {
  const text = await readListingText(root, hash)
  return text === undefined ? undefined : parseListing(text)
}
