// SPDX-License-Identifier: MIT
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { InterruptedError } from '../../model/errors.ts'
import { packageRoot } from '../paths.ts'
import { type BytePath, lookAt, type SeenFile } from './look.ts'
import type { Batch, Seen } from './lookworker.ts'
import { eachPaced } from './paced.ts'

// `.js` in dist/. Node cannot run the sources by itself, as tests do.
const EXTENSION = extname(import.meta.url)
const LOADER = ['--import', join(packageRoot, 'harness/testing/ts-worker.mjs')]

const startThread = (): Worker =>
  new Worker(new URL(`./lookworker${EXTENSION}`, import.meta.url), {
    execArgv: EXTENSION === '.ts' ? LOADER : [],
    trackUnmanagedFds: false,
  })

const BATCH = 256

const batchesOf = function* (dir: string, paths: readonly BytePath[]): Generator<Batch> {
  for (let at = 0; at < paths.length; at += BATCH) yield { dir, paths: paths.slice(at, at + BATCH) }
}

type OnSeen = (seen: SeenFile) => void

/** Has a thread look at batches until none is left. */
const drain = async (batches: Iterator<Batch>, signal: AbortSignal, onSeen: OnSeen): Promise<void> => {
  const thread = startThread()
  try {
    for (let next = batches.next(); !next.done; next = batches.next()) {
      const { dir, paths } = next.value
      thread.postMessage(next.value)
      const [seen]: readonly Seen[] = await once(thread, 'message', { signal })
      for (const [nth, path] of paths.entries()) onSeen(seen?.[nth] ?? lookAt(dir, path))
    }
  } finally {
    await thread.terminate()
  }
}

// To start a thread takes a twentieth of a second.
const MANY = 2_000

// More than cores: on a first look, threads wait for the disk.
const threadsFor = (count: number): number => Math.min(2 * availableParallelism(), Math.ceil(count / MANY))

const inThreads = async (dir: string, paths: readonly BytePath[], signal: AbortSignal, onSeen: OnSeen) => {
  const failure = new AbortController()
  const either = AbortSignal.any([signal, failure.signal])
  const batches = batchesOf(dir, paths)
  const threads = Array.from({ length: threadsFor(paths.length) }, () =>
    drain(batches, either, onSeen).catch((error) => {
      // The first reason counts; the other threads stop because of it.
      if (!either.aborted) failure.abort(error)
    }),
  )
  await Promise.all(threads)
  if (signal.aborted) throw new InterruptedError()
  failure.signal.throwIfAborted()
}

/** Looks at these files of a folder, in any order; at many of them in threads. */
export const lookAtAll = (
  dir: string,
  paths: readonly BytePath[],
  signal: AbortSignal,
  onSeen: OnSeen,
): Promise<void> =>
  paths.length < MANY
    ? eachPaced(paths, signal, (path) => onSeen(lookAt(dir, path)))
    : inThreads(dir, paths, signal, onSeen)
