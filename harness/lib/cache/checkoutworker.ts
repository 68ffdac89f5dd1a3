// SPDX-License-Identifier: MIT
// A thread of checkout.ts: makes the files of a listing, returns what it could not make.
import { parentPort } from 'node:worker_threads'
import { parseListing } from '../files/listing.ts'
import { makePlacer } from './place.ts'

/** Files to make: `text` is that of a listing. */
export interface Portion {
  readonly root: string
  readonly to: string
  readonly text: string
}

/** The places in the listing of files that the store lacks, and of the first one at which the thread failed. */
export interface Placed {
  readonly missing: readonly number[]
  readonly failedAt: number | undefined
}

const placeAll = ({ root, to, text }: Portion): Placed => {
  const place = makePlacer(root, to)
  const missing: number[] = []
  for (const [nth, file] of parseListing(text).entries()) {
    try {
      if (!place(file)) missing.push(nth)
    } catch {
      // The main thread tries again, for its own error.
      return { missing, failedAt: nth }
    }
  }
  return { missing, failedAt: undefined }
}

parentPort?.on('message', (portion: Portion) => parentPort?.postMessage(placeAll(portion)))
