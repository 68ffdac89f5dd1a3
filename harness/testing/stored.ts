// SPDX-License-Identifier: MIT
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { checkoutFiles, listingOf, openFiles } from '../inputs/tree/files.ts'
import { storeFiles } from '../lib/cache/blobput.ts'
import { putListing } from '../lib/cache/listings.ts'
import type { Entry } from '../lib/cache/store.ts'
import { everyFileBelow } from '../lib/files/below.ts'
import { listFolder } from '../lib/files/listfolder.ts'

const { signal } = new AbortController()

/** Puts the files of a folder into the store of a cache; returns the hash of their listing. */
export const storeFolder = async (cache: string, dir: string): Promise<string> => {
  const listing = await listFolder(dir, everyFileBelow(dir), { signal })
  await using blobs = await openFiles(cache, signal)
  await storeFiles(blobs, dir, listing, signal)
  return putListing(blobs, listing)
}

/** Makes the files of a listing in the new folder `to`; returns its path. */
export const folderOf = async (cache: string, listing: string, to: string): Promise<string> => {
  await checkoutFiles(cache, await listingOf(cache, listing, signal), to, signal)
  return to
}

/** The entry, with its files in a new folder below the cache. */
export const unfolded = async <Meta extends { readonly listing: string }>(
  cache: string,
  entry: Entry<Meta>,
  below = cache,
): Promise<Entry<Meta>> => ({ ...entry, dir: await folderOf(cache, entry.meta.listing, join(below, randomUUID())) })
