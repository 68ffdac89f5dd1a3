// SPDX-License-Identifier: MIT
import { mkdir, readlink, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { adoptFiles } from '../../lib/cache/blobput.ts'
import type { Blobs } from '../../lib/cache/blobs.ts'
import { putListing } from '../../lib/cache/listings.ts'
import { type Entry, obtain } from '../../lib/cache/store.ts'
import { everyFileBelow } from '../../lib/files/below.ts'
import { contentKey } from '../../lib/files/hash.ts'
import { listFolder } from '../../lib/files/listfolder.ts'
import { differingPaths, type Listing, ListingError, toListing } from '../../lib/files/listing.ts'
import type { BytePath } from '../../lib/files/look.ts'
import { InterruptedError, UsageError } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import { checkoutFiles, listingOf, openFiles, requireFiles } from '../tree/files.ts'
import type { TreeEntry } from '../tree/model.ts'
import { applyPatch } from './apply.ts'
import { touchedBy } from './diff.ts'
import { leavesTree } from './diffpath.ts'
import type { Patch } from './model.ts'
import type { Applicability } from './schema.ts'

/** A leg's source: a tree with patches applied. */
export interface SourceMeta {
  readonly key: string
  readonly treeKey: string
  readonly version: string
  /** The listing of all its files: its hash in the store. */
  readonly listing: string
  /** sha256 of every file that differs from the tree; null for a removed file. */
  readonly patchedFiles: Readonly<Record<string, string | null>>
  readonly patches: readonly {
    readonly file: string
    readonly subject: string
    readonly sha256: string
    readonly reverse: boolean
  }[]
}

export interface SourceOptions {
  readonly cache: string
  readonly context: Context
  /** What series.yaml says about the series on this tree, to explain a failure. */
  readonly state?: Applicability | undefined
}

// The diff shows most links, but one that was in the tree can be changed or moved without its mode.
const checkLinks = async (dir: string, { file, text }: Patch): Promise<void> => {
  for (const path of touchedBy(text)) {
    const target = await readlink(join(dir, path)).catch(() => undefined)
    if (target === undefined || !leavesTree(path, target)) continue
    throw new UsageError(
      `${file}: makes ${path} a link out of the tree, to ${target}`,
      'link only to files of the kernel',
    )
  }
}

const foldersOf = function* (path: BytePath): Generator<BytePath> {
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) yield path.slice(0, at)
}

const bytePath = (path: string): BytePath => Buffer.from(path).toString('latin1')
const namePath = (path: BytePath): string => Buffer.from(path, 'latin1').toString()

/** The files that the patches touch, and links on the way to them: git refuses to write through one. */
export const reachedBy = (patches: readonly Patch[], tree: Listing): Listing => {
  const touched = patches.flatMap(({ text }) => touchedBy(text)).map(bytePath)
  const reached = new Set(touched.flatMap((path) => [path, ...foldersOf(path)]))
  return tree.filter(({ path }) => reached.has(path))
}

/** The tree with `now` in the place of `was`. */
const replaced = (tree: Listing, was: Listing, now: Listing): Listing => {
  const gone = new Set(was.map(({ path }) => path))
  try {
    return toListing([...tree.filter(({ path }) => !gone.has(path)), ...now])
  } catch (error) {
    if (!(error instanceof ListingError)) throw error
    throw new UsageError(`the patches do not fit this tree: ${error.message}`, 'rename the file that they add')
  }
}

/** What really differs: a series and its reverse cancel out. */
const patchedFiles = (was: Listing, now: Listing): SourceMeta['patchedFiles'] => {
  const { changed, added, removed } = differingPaths(was, now)
  const hashes = new Map(now.map(({ path, hash }) => [path, hash]))
  const found = [...changed, ...added].map((path) => [namePath(path), hashes.get(path)!] as const)
  // Unlike an assignment, this takes any name, `__proto__` too.
  const all = [...found, ...removed.map((path) => [namePath(path), null] as const)]
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Makes the touched files of the tree in `dir`, applies the patches to them, and puts the results into the store. */
const patch = async (
  dir: string,
  blobs: Blobs,
  tree: TreeEntry,
  patches: readonly Patch[],
  { cache, context, state }: SourceOptions,
): Promise<Pick<SourceMeta, 'listing' | 'patchedFiles'>> => {
  const { signal } = context
  const listing = await listingOf(cache, tree.meta.listing, signal)
  const was = reachedBy(patches, listing)
  await checkoutFiles(cache, was, dir, signal)
  // Else a damaged file would be the patched one's base, and be taken for what the patch makes of it.
  await requireFiles(cache, was, dir, signal)
  for (const one of patches) {
    if (signal.aborted) throw new InterruptedError()
    await applyPatch(dir, one, { version: tree.meta.version, state })
    await checkLinks(dir, one)
  }
  const now = await listFolder(dir, everyFileBelow(dir), { signal })
  const all = replaced(listing, was, now)
  await adoptFiles(blobs, dir, now, signal)
  return { listing: putListing(blobs, all), patchedFiles: patchedFiles(was, now) }
}

// Raised whenever the format of a source entry changes.
const FORMAT = '2'

/** The key of a tree with these patches applied. */
export const sourceKey = (treeKey: string, patches: readonly Pick<Patch, 'sha256' | 'reverse'>[]): string =>
  contentKey('source', FORMAT, treeKey, ...patches.map(({ sha256, reverse }) => `${reverse ? '-' : '+'}${sha256}`))

const inFolder = async <T>(dir: string, use: (dir: string) => Promise<T>): Promise<T> => {
  await mkdir(dir)
  const result = await use(dir)
  await rm(dir, { recursive: true })
  return result
}

/** `tree` with `patches` applied, as a listing of files in the store. Throws a UsageError for a patch that does not apply. */
export const obtainSource = async (
  tree: TreeEntry,
  patches: readonly Patch[],
  options: SourceOptions,
): Promise<Entry<SourceMeta>> => {
  const { cache, context } = options
  const { key: treeKey, version } = tree.meta
  const applied = patches.map(({ file, subject, sha256, reverse }) => ({
    file: basename(file),
    subject,
    sha256,
    reverse,
  }))
  const key = sourceKey(treeKey, applied)
  const report = (kind: 'start' | 'done' | 'cached', detail: string): void =>
    context.emit({ type: 'step', scope: context.scope, step: 'patch', state: kind, detail })
  // Until the entry lists them, a sweep would take the patched files for unused.
  await using blobs = await openFiles(cache, context.signal)
  const make = async (staging: string): Promise<SourceMeta> => {
    report('start', `${patches.length} patches`)
    const made =
      patches.length === 0
        ? { listing: tree.meta.listing, patchedFiles: {} }
        : await inFolder(join(staging, 'touched'), (dir) => patch(dir, blobs, tree, patches, options))
    return { key, treeKey, version, patches: applied, ...made }
  }
  const entry = await obtain(join(cache, 'sources'), key, make, { signal: context.signal })
  report(entry.cached ? 'cached' : 'done', `${patches.length} patches on ${version}`)
  return entry
}
