// SPDX-License-Identifier: MIT
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { packageRoot } from './paths.ts'

// `.js` in dist/. Node cannot run the sources by itself, as tests do.
const EXTENSION = extname(import.meta.url)
const LOADER = ['--import', join(packageRoot, 'harness/testing/ts-worker.mjs')]

/** Starts a thread that runs the module at `url`, which has no extension. It takes a twentieth of a second. */
export const startThread = (url: string): Worker =>
  new Worker(new URL(`${url}${EXTENSION}`), {
    execArgv: EXTENSION === '.ts' ? LOADER : [],
    trackUnmanagedFds: false,
  })
