// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Blobs, blobPath } from '../../lib/cache/blobs.ts'
import { readListing } from '../../lib/cache/listings.ts'
import { readMetas } from '../../lib/cache/meta.ts'
import type { Listing } from '../../lib/files/listing.ts'
import type { BytePath } from '../../lib/files/look.ts'
import { runProcess, succeeded } from '../../lib/process/run.ts'
import { gitEnv } from './gitenv.ts'
import type { TreeMeta } from './model.ts'

/** A tree of the cache that is an earlier or later commit, and how the wanted commit differs from it. */
export interface GitStep {
  readonly base: Listing
  /** Paths of all files that differ. */
  readonly differing: ReadonlySet<BytePath>
  /** Those of them that the wanted commit has. */
  readonly present: readonly BytePath[]
}

// More would not fit into a command line, and is hardly faster than the whole commit.
const MOST_FILES = 1_000
const TRIED = 4

const namesFrom = async (
  dir: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<readonly BytePath[] | undefined> => {
  const chunks: Uint8Array[] = []
  const onStdout = (chunk: Uint8Array): void => void chunks.push(chunk)
  const { ended } = await runProcess(['git', ...args], {
    cwd: dir,
    env: { ...gitEnv(), GIT_NO_REPLACE_OBJECTS: '1' },
    signal,
    onStdout,
  })
  if (!succeeded(ended)) return undefined
  return Buffer.concat(chunks)
    .toString('latin1')
    .split('\0')
    .filter((name) => name !== '')
}

// By these, git writes other bytes than those of the commit's files; by export-subst even where a file did not change.
const isAttributes = (path: BytePath): boolean => /(?:^|\/)\.gitattributes$/.test(path)

// A command line is text.
const isOdd = (path: BytePath): boolean => /[^\x20-\x7e]/.test(path)

const substitutes = async (blobs: Blobs, base: Listing): Promise<boolean> => {
  const texts = base
    .filter(({ path }) => isAttributes(path))
    .map((file) => readFile(blobPath(blobs.root, file), 'utf8').catch(() => undefined))
  // A file that the cache lost may be one that does.
  return (await Promise.all(texts)).some((text) => text?.includes('export-subst') ?? true)
}

const differenceFrom = async (dir: string, from: string, to: string, signal: AbortSignal) => {
  const diff = ['--literal-pathspecs', 'diff-tree', '-r', '-z', '--no-renames', '--name-only']
  const differing = await namesFrom(dir, [...diff, from, to], signal)
  if (!differing || differing.length > MOST_FILES || differing.some((path) => isAttributes(path) || isOdd(path)))
    return undefined
  const present = await namesFrom(dir, [...diff, '--diff-filter=d', from, to], signal)
  return present && { differing, present }
}

/** The tree in the cache from which the fewest files lead to `commit` of the repository `dir`; undefined when none is near. */
export const stepTo = async (
  cache: string,
  blobs: Blobs,
  dir: string,
  commit: string,
  signal: AbortSignal,
): Promise<GitStep | undefined> => {
  const metas = await readMetas<TreeMeta>(join(cache, 'trees'))
  const known = metas.flatMap(({ origin, listing }) => {
    const [, from] = /^git ([0-9a-f]{40,64})$/.exec(origin) ?? []
    return from === undefined ? [] : [{ from, listing }]
  })
  let best:
    | { readonly listing: string; readonly differing: readonly BytePath[]; readonly present: readonly BytePath[] }
    | undefined
  for (const { from, listing } of known.slice(-TRIED)) {
    const found = await differenceFrom(dir, from, commit, signal)
    if (found && (!best || found.differing.length < best.differing.length)) best = { listing, ...found }
  }
  const base = best && (await readListing(blobs.root, best.listing))
  if (!best || !base || (await substitutes(blobs, base))) return undefined
  return { base, differing: new Set(best.differing), present: best.present }
}
