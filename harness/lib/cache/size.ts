// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { HostError } from '../../model/errors.ts'
import { sh } from '../process/sh.ts'
import { unlinkedBytes } from './blobsweep.ts'
import type { CacheEntry } from './entries.ts'
import { blobsRoot, type Lists } from './listed.ts'
import { readListing } from './listings.ts'
import { readMeta } from './meta.ts'

const KIB = 1024
// Thousands of paths would not fit into one command line.
const AT_ONCE = 500

const bytesByPath = (stdout: string): ReadonlyMap<string, number> =>
  new Map(
    stdout.split('\0').flatMap((line) => {
      const match = /^(\d+)\t(.*)$/s.exec(line)
      return match ? [[match[2]!, Number(match[1]) * KIB] as const] : []
    }),
  )

/** Bytes on disk of each path, 0 when it does not exist; files that several paths share count for the first one. */
export const sizesOf = async (paths: readonly string[]): Promise<readonly number[]> => {
  const sizes: number[] = []
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = paths.slice(at, at + AT_ONCE)
    const found = bytesByPath((await sh`du -sk0 -- ${some}`).stdout)
    sizes.push(...some.map((path) => found.get(path) ?? 0))
  }
  return sizes
}

const folderSizes = async (cache: string, entries: readonly CacheEntry[]): Promise<readonly number[]> => {
  const dirs = entries.map(({ kind, key }) => join(cache, kind, key))
  const { exitCode, stdout, stderr } = await sh`du -sk -- ${dirs}`
  const lines = stdout.trim().split('\n')
  if (exitCode !== 0 || lines.length !== dirs.length)
    throw new HostError(
      `du cannot measure ${cache}: ${stderr.trim().split('\n')[0] || `exit code ${exitCode}`}`,
      'make every file below that folder readable, or run clean without --max-size',
    )
  return lines.map((line) => Number.parseInt(line, 10) * KIB)
}

/** Bytes on disk of each entry, with the files that it lists; what several entries share counts for the first one. */
export const entrySizes = async (
  cache: string,
  entries: readonly CacheEntry[],
  signal: AbortSignal,
): Promise<readonly number[]> => {
  if (entries.length === 0) return []
  const sizes = [...(await folderSizes(cache, entries))]
  const root = blobsRoot(cache)
  const seen = new Set<string>()
  for (const [nth, { kind, key }] of entries.entries()) {
    const meta = await readMeta<Partial<Lists>>(join(cache, kind), key)
    const listing = meta?.listing === undefined ? undefined : await readListing(root, meta.listing)
    if (listing) sizes[nth]! += await unlinkedBytes(root, listing, seen, signal)
  }
  return sizes
}

/** The entries, given newest first, that do not fit into `limit` bytes together with the newer ones; pure. */
export const chooseBeyond = (
  newestFirst: readonly CacheEntry[],
  sizes: readonly number[],
  limit: number,
): readonly CacheEntry[] => {
  let total = 0
  const beyond = newestFirst.filter((_, nth) => {
    total += sizes[nth]!
    return total > limit
  })
  return beyond.toReversed()
}
