// SPDX-License-Identifier: MIT
// A thread of lookall.ts: gets paths, returns what it saw.
import { parentPort } from 'node:worker_threads'
import { type BytePath, lookAt, type SeenFile } from './look.ts'

/** Some files to look at. */
export interface Batch {
  readonly dir: string
  readonly paths: readonly BytePath[]
}

/** What a thread saw of each; nothing of a file at which it failed. */
export type Seen = readonly (SeenFile | undefined)[]

const tryLook = (dir: string, path: BytePath): SeenFile | undefined => {
  try {
    return lookAt(dir, path)
  } catch {
    // The main thread looks again, for its own error.
    return undefined
  }
}

parentPort?.on('message', ({ dir, paths }: Batch) => {
  parentPort?.postMessage(paths.map((path) => tryLook(dir, path)) satisfies Seen)
})
