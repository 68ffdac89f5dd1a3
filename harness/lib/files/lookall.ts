// SPDX-License-Identifier: MIT
import { once } from 'node:events'
import { InterruptedError } from '../../model/errors.ts'
import { machineSize } from '../machine/size.ts'
import { startThread } from '../thread.ts'
import { type BytePath, lookAt, type SeenFile } from './look.ts'
import type { Batch, Seen } from './lookworker.ts'
import { eachPaced } from './paced.ts'

const BATCH = 256

const batchesOf = function* (dir: string, paths: readonly BytePath[]): Generator<Batch> {
  for (let at = 0; at < paths.length; at += BATCH) yield { dir, paths: paths.slice(at, at + BATCH) }
}

type OnSeen = (seen: SeenFile) => void

/** Has a thread look at batches until none is left. */
const drain = async (batches: Iterator<Batch>, signal: AbortSignal, onSeen: OnSeen): Promise<void> => {
  const thread = startThread(new URL('./lookworker', import.meta.url).href)
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
const threadsFor = (count: number): number => Math.min(2 * machineSize().cpus, Math.ceil(count / MANY))

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
