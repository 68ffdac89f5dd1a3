// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { type Blobs, openBlobs, removeBlob } from '../../lib/cache/blobs.ts'
import { checkout } from '../../lib/cache/checkout.ts'
import { blobsRoot } from '../../lib/cache/listed.ts'
import { blobOfListing, readListing, readListingText } from '../../lib/cache/listings.ts'
import { readMetas } from '../../lib/cache/meta.ts'
import { condemn } from '../../lib/cache/store.ts'
import { firstDifference } from '../../lib/files/differs.ts'
import type { Listing } from '../../lib/files/listing.ts'
import { type ListedFile, shownPath } from '../../lib/files/look.ts'
import { HostError } from '../../model/errors.ts'

/** The files of every tree and source of a cache, each content once. */
export const openFiles = (cache: string, signal: AbortSignal): Promise<Blobs> => openBlobs(blobsRoot(cache), signal)

type Content = Omit<ListedFile, 'path'>

/** Removes a damaged content, and makes the trees and sources that list it no entries: they are made again. */
const giveUp = async (cache: string, blobs: Blobs, content: Content): Promise<void> => {
  removeBlob(blobs, content)
  for (const kind of ['trees', 'sources']) {
    const root = join(cache, kind)
    for (const { key, listing } of await readMetas<{ readonly key: string; readonly listing: string }>(root)) {
      const text = listing === content.hash ? undefined : await readListingText(blobs.root, listing)
      if (text === undefined || text.includes(content.hash)) await condemn(root, key)
    }
  }
}

const damaged = (what: string): HostError =>
  new HostError(
    `the cache is damaged: ${what} is not what was stored; it was removed`,
    'run the same command again, and check the disk',
  )

/** A listing that an entry names. Throws a HostError when it is damaged or gone; the next run makes the entry again. */
export const listingOf = async (cache: string, hash: string, signal: AbortSignal): Promise<Listing> => {
  const found = await readListing(blobsRoot(cache), hash)
  if (found) return found
  await using blobs = await openFiles(cache, signal)
  await giveUp(cache, blobs, blobOfListing(hash))
  throw damaged('the list of files of a tree')
}

/** Makes these files in the new folder `to`, as hard links to the cache. Throws a HostError when the cache lacks one. */
export const checkoutFiles = async (
  cache: string,
  listing: Listing,
  to: string,
  signal: AbortSignal,
): Promise<void> => {
  await using blobs = await openFiles(cache, signal)
  const [missing] = await checkout(blobs, listing, to, signal)
  if (!missing) return
  await giveUp(cache, blobs, missing)
  throw damaged(shownPath(missing.path))
}

/** Reads these files of a folder; throws a HostError when one is not what is listed, and gives up what the cache has of it. */
export const requireFiles = async (
  cache: string,
  listing: Listing,
  dir: string,
  signal: AbortSignal,
): Promise<void> => {
  const wrong = await firstDifference(dir, listing, signal)
  if (!wrong) return
  await using blobs = await openFiles(cache, signal)
  await giveUp(cache, blobs, wrong)
  throw damaged(shownPath(wrong.path))
}
