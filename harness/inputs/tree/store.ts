// SPDX-License-Identifier: MIT
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { condemn, type Entry, obtain } from '../../lib/cache/store.ts'
import { filesBelow, formatListing, hashListing, listFiles } from '../../lib/files/content.ts'
import { HarnessError, HostError, InterruptedError, type UsageError } from '../../model/errors.ts'
import { ArchiveError, extractArchive } from './archive.ts'
import { checkKernel, hoist } from './kernel.ts'
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

const SOURCE = 'source'
const LISTING = 'listing'

/** The tree `key`; when it is missing, `fill` fills a staging folder. Throws `fault` when that is not a kernel source. */
export const obtainTreeEntry = async (
  spec: string,
  key: string,
  fill: (staging: string) => Promise<string>,
  fault: Fault,
  options: TreeOptions,
): Promise<TreeEntry> => {
  const { context, cache } = options
  const make = async (staging: string): Promise<TreeMeta> => {
    context.emit({ type: 'step', scope: context.scope, step: 'tree', state: 'start', detail: spec })
    const source = join(staging, SOURCE)
    await mkdir(source)
    const origin = await fill(source)
    if (context.signal.aborted) throw new InterruptedError()
    const kernel = await checkKernel(source)
    if ('missing' in kernel) throw fault(`it is not a kernel source: ${kernel.missing}`)
    const listing = await listFiles(source, filesBelow(source), context.signal)
    await writeFile(join(staging, LISTING), formatListing(listing), 'latin1')
    return { spec, version: kernel.version, origin, key, listing: hashListing(listing) }
  }
  const entry = await obtainShared(join(cache, 'trees'), key, `the tree ${spec}`, make, options)
  const { version, origin } = entry.meta
  const state = entry.cached ? 'cached' : 'done'
  context.emit({ type: 'step', scope: context.scope, step: 'tree', state, detail: `${version}, ${origin}` })
  // The entry may have been made for another spec with the same content.
  const [dir, listing] = [SOURCE, LISTING].map((name) => join(entry.dir, name)) as [string, string]
  return { ...entry, dir, listing, meta: { ...entry.meta, spec } }
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
