// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { type Entry, obtain } from '../../lib/cache/store.ts'
import { HarnessError, HostError, InterruptedError, type UsageError } from '../../model/errors.ts'
import { ArchiveError, extractArchive } from './archive.ts'
import { checkKernel, hoist } from './kernel.ts'
import type { TreeEntry, TreeMeta, TreeOptions } from './model.ts'
import { note, progressReporter } from './progress.ts'

type Fault = (message: string) => HostError | UsageError

/** An entry that says it waits when another run makes it, and gives up when that is asked. */
export const obtainShared = <Meta>(
  root: string,
  key: string,
  what: string,
  make: (staging: string) => Promise<Meta>,
  { context }: TreeOptions,
): Promise<Entry<Meta>> =>
  obtain(root, key, make, {
    signal: context.signal,
    onWait: () => note(context, 'info', `waiting for another run that makes ${what}`),
  })

/** The tree `key`, filled by `fill` into a staging folder when it is missing; never one that is no kernel. */
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
    const origin = await fill(staging)
    if (context.signal.aborted) throw new InterruptedError()
    const kernel = await checkKernel(staging)
    if ('missing' in kernel) throw fault(`it holds no kernel source: ${kernel.missing}`)
    return { spec, version: kernel.version, origin, key }
  }
  const entry = await obtainShared(join(cache, 'trees'), key, `the tree ${spec}`, make, options)
  const { version, origin } = entry.meta
  const state = entry.cached ? 'cached' : 'done'
  context.emit({ type: 'step', scope: context.scope, step: 'tree', state, detail: `${version}, ${origin}` })
  // Several specs may name the same content.
  return { ...entry, meta: { ...entry.meta, spec } }
}

/** Extracts an archive of a kernel into `staging`; `fault` makes the error when it is not whole. */
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

/** A damaged thing that the harness itself fetched. */
export const hostFault =
  (file: string, hint: string): Fault =>
  (message) =>
    new HostError(`${file}: ${message}`, hint)
