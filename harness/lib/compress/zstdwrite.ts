// SPDX-License-Identifier: MIT
import { Worker } from 'node:worker_threads'

// Higher levels take several times as long for a few percent.
const LEVEL = 9

// A text, and no file: a file would be TypeScript when the sources run, which a worker cannot load by itself.
const WORK = `
const { parentPort, workerData: { library, data, level } } = require('node:worker_threads')
import(library).then(async ({ Zstd }) => parentPort.postMessage((await Zstd.load()).compress(data, level)))
`

/**
 * These bytes as one zstd frame. The same bytes give the same frame. It takes seconds, and a thread of its own: the guests
 * that this process listens to meanwhile would look as if they were silent.
 */
export const zstd = (data: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const library = import.meta.resolve('@hpcc-js/wasm-zstd')
    const worker = new Worker(WORK, { eval: true, workerData: { library, data, level: LEVEL } })
    worker.once('message', (bytes: Uint8Array) => {
      resolve(bytes)
      void worker.terminate()
    })
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the thread that compresses ended with ${code}`)))
  })
