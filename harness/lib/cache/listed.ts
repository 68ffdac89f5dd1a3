// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { readListingText } from './listings.ts'
import { readMetas } from './meta.ts'

/** The folder of the store of files. */
export const blobsRoot = (cache: string): string => join(cache, 'blobs')

/** The part of an entry's description by which the sweep of the store finds what it needs. */
export interface Lists {
  /** The hash of a listing in the store: of the files of a tree or a source, or of those that a kernel was built from. */
  readonly listing: string
}

/** Hashes of all that entries of these kinds list, and of their listings. */
export const listedContent = async (cache: string, kinds: readonly string[]): Promise<ReadonlySet<string>> => {
  const metas = (await Promise.all(kinds.map((kind) => readMetas<Partial<Lists>>(join(cache, kind))))).flat()
  const listings = new Set(metas.flatMap(({ listing }) => (listing === undefined ? [] : [listing])))
  const found = new Set(listings)
  for (const hash of listings) {
    const text = (await readListingText(blobsRoot(cache), hash)) ?? ''
    for (const line of text.split('\0')) found.add(line.slice(2, 66))
  }
  return found
}
