// SPDX-License-Identifier: MIT
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { adoptFiles } from '../../lib/cache/blobput.ts'
import { type Blobs, blobPath } from '../../lib/cache/blobs.ts'
import { putListing } from '../../lib/cache/listings.ts'
import { condemn, type Entry, obtain } from '../../lib/cache/store.ts'
import { everyFileBelow } from '../../lib/files/below.ts'
import { contentKey } from '../../lib/files/hash.ts'
import { listFolder } from '../../lib/files/listfolder.ts'
import type { Listing } from '../../lib/files/listing.ts'
import { HarnessError, HostError, InterruptedError, type UsageError } from '../../model/errors.ts'
import { ArchiveError, extractArchive } from './archive.ts'
import { openFiles } from './files.ts'
import { checkListing, hoist } from './kernel.ts'
import type { TreeEntry, TreeMeta, TreeOptions } from './model.ts'
import { note, progressReporter } from './progress.ts'

export type Fault = (message: string) => HostError | UsageError

/** Obtains a cache entry; emits a note when it waits for another run, and stops waiting on an interrupt. */
export const obtainShared = <Meta>(
  root: string,
  key: string,
  what: string,
  make: (staging: string) => Promise<Meta>,
  { context }: TreeOptions,
): Promise<Entry<Meta>> =>
  obtain(root, key, make, {
    signal: context.signal,
    onWait: () => note(context, 'info', `waiting: another run is making ${what}`),
  })

/** What makes a tree: its files are in the store, which has them by their hashes. */
interface Filled {
  readonly version: string
  readonly listing: string
}

// Raised whenever the format of a tree entry changes.
const FORMAT = '2'

/** The tree that `id` names; `make` puts its files into the store when it is missing. */
export const obtainListed = async (
  spec: string,
  id: string,
  make: (staging: string, blobs: Blobs) => Promise<Filled & { readonly origin: string }>,
  options: TreeOptions,
): Promise<TreeEntry> => {
  const { context, cache } = options
  const key = contentKey('tree', FORMAT, id)
  // Until the entry lists them, a sweep would take the files for unused.
  await using blobs = await openFiles(cache, context.signal)
  const start = async (staging: string): Promise<TreeMeta> => {
    context.emit({ type: 'step', scope: context.scope, step: 'tree', state: 'start', detail: spec })
    return { spec, key, ...(await make(staging, blobs)) }
  }
  const entry = await obtainShared(join(cache, 'trees'), key, `the tree ${spec}`, start, options)
  const { version, origin } = entry.meta
  const state = entry.cached ? 'cached' : 'done'
  context.emit({ type: 'step', scope: context.scope, step: 'tree', state, detail: `${version}, ${origin}` })
  // The entry may have been made for another spec with the same content.
  return { ...entry, meta: { ...entry.meta, spec } }
}

/** Lets `fill` fill a folder, and puts what is there then into the store; returns where it came from, and its listing. */
export const storeFilled = async (
  staging: string,
  blobs: Blobs,
  fill: (dir: string) => Promise<string>,
  { context: { signal } }: TreeOptions,
): Promise<{ readonly origin: string; readonly listing: Listing }> => {
  const dir = join(staging, 'source')
  await mkdir(dir)
  const origin = await fill(dir)
  if (signal.aborted) throw new InterruptedError()
  const listing = await listFolder(dir, everyFileBelow(dir), { signal })
  await adoptFiles(blobs, dir, listing, signal)
  await rm(dir, { recursive: true })
  return { origin, listing }
}

/** The version of the kernel with these files; throws `fault` when they are no kernel source. */
export const versionOf = async (blobs: Blobs, listing: Listing, fault: Fault): Promise<string> => {
  const kernel = await checkListing(listing, (file) => readFile(blobPath(blobs.root, file), 'utf8'))
  if ('missing' in kernel) throw fault(`it is not a kernel source: ${kernel.missing}`)
  return kernel.version
}

/** The tree that `id` names; when it is missing, `fill` fills a folder. Throws `fault` when that is not a kernel source. */
export const obtainTreeEntry = (
  spec: string,
  id: string,
  fill: (dir: string) => Promise<string>,
  fault: Fault,
  options: TreeOptions,
): Promise<TreeEntry> => {
  const make = async (staging: string, blobs: Blobs) => {
    const { origin, listing } = await storeFilled(staging, blobs, fill, options)
    return { origin, version: await versionOf(blobs, listing, fault), listing: putListing(blobs, listing) }
  }
  return obtainListed(spec, id, make, options)
}

/** Extracts an archive of a kernel into `staging`; `fault` makes the error when the archive is damaged. */
export const fillFromArchive = async (
  file: string,
  staging: string,
  fault: Fault,
  { context }: TreeOptions,
): Promise<void> => {
  try {
    await extractArchive(file, staging, {
      signal: context.signal,
      onProgress: progressReporter(context, 'extracting'),
    })
  } catch (error) {
    if (error instanceof HarnessError) throw error
    if (error instanceof ArchiveError) throw fault(error.message)
    throw error
  }
  await hoist(staging)
}

/**
 * Lets `use` read a download of the cache, which this run holds. The faults that `use` makes say that it is damaged: it is
 * then removed, as a mirror that was damaged with its checksums may be repaired.
 */
export const readDownload = async <T>(
  root: string,
  key: string,
  name: string,
  use: (fault: Fault) => Promise<T>,
): Promise<T> => {
  let damaged = false
  const fault: Fault = (message) => {
    damaged = true
    return new HostError(`${name}: ${message}`, 'the download was removed: run the same command again')
  }
  try {
    return await use(fault)
  } catch (error) {
    if (damaged) await condemn(root, key)
    throw error
  }
}
