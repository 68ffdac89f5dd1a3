// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readMetas } from '../../lib/cache/meta.ts'
import { condemn } from '../../lib/cache/store.ts'
import { type BytePath, firstDamaged, hashListing, type Listing, parseListing } from '../../lib/files/content.ts'
import { HostError } from '../../model/errors.ts'
import type { TreeEntry } from './model.ts'

/** The part of a tree that tells whether a source made from it is still as it was. */
export interface Original {
  readonly key: string
  /** The file that lists every file of the tree. */
  readonly listing: string
  /** sha256 of that list. */
  readonly listingHash: string
}

/** The original of a tree in the cache. */
export const originalOf = ({ listing, meta }: TreeEntry): Original => ({
  key: meta.key,
  listing,
  listingHash: meta.listing,
})

/** What a tree's files were when it was made; undefined when the list itself is damaged. */
export const readOriginal = async ({ listing, listingHash }: Original): Promise<Listing | undefined> => {
  const found = parseListing(await readFile(listing, 'latin1').catch(() => ''))
  return hashListing(found) === listingHash ? found : undefined
}

/** Makes the tree and every source of it no entries: their files are hard links to each other's. */
export const condemnTree = async (cache: string, key: string): Promise<void> => {
  const sources = join(cache, 'sources')
  const metas = await readMetas<{ readonly key: string; readonly treeKey: string }>(sources)
  for (const source of metas.filter(({ treeKey }) => treeKey === key)) await condemn(sources, source.key)
  await condemn(join(cache, 'trees'), key)
}

/**
 * Throws a HostError when one of these files of `dir`, by default any file of the tree, is not what it was when the tree
 * was made, and removes the tree from the cache.
 */
export const requireOriginal = async (
  cache: string,
  original: Original,
  dir: string,
  signal: AbortSignal,
  choose: (listing: Listing) => Iterable<BytePath> = (listing) => listing.keys(),
): Promise<void> => {
  const listing = await readOriginal(original)
  const damaged = listing ? await firstDamaged(dir, [...choose(listing)], listing, signal) : original.listing
  if (damaged === undefined) return
  await condemnTree(cache, original.key)
  throw new HostError(
    `the tree in the cache is damaged: ${damaged} is not what it was; the tree was removed`,
    'run the same command again, and check the disk',
  )
}
