// SPDX-License-Identifier: MIT
import { once } from 'node:events'
import { InterruptedError } from '../../model/errors.ts'
import { formatListing, type Listing } from '../files/listing.ts'
import type { ListedFile } from '../files/look.ts'
import { eachPaced } from '../files/paced.ts'
import { machineSize } from '../machine/size.ts'
import { startThread } from '../thread.ts'
import { together } from '../together.ts'
import type { Blobs } from './blobs.ts'
import type { Placed, Portion } from './checkoutworker.ts'
import { makePlacer } from './place.ts'

const placeHere = async (
  { root }: Blobs,
  listing: Listing,
  to: string,
  signal: AbortSignal,
): Promise<readonly ListedFile[]> => {
  const place = makePlacer(root, to)
  const missing: ListedFile[] = []
  await eachPaced(listing, signal, (file) => {
    if (!place(file)) missing.push(file)
  })
  return missing
}

const askThread = async (portion: Portion, signal: AbortSignal): Promise<Placed> => {
  const thread = startThread(new URL('./checkoutworker', import.meta.url).href)
  try {
    thread.postMessage(portion)
    const [placed]: readonly Placed[] = await once(thread, 'message', { signal })
    return placed!
  } catch (error) {
    if (signal.aborted) throw new InterruptedError()
    throw error
  } finally {
    await thread.terminate()
  }
}

const placeInThread = async (
  blobs: Blobs,
  listing: Listing,
  to: string,
  signal: AbortSignal,
): Promise<readonly ListedFile[]> => {
  const { missing, failedAt } = await askThread({ root: blobs.root, to, text: formatListing(listing) }, signal)
  const rest = failedAt === undefined ? [] : await placeHere(blobs, listing.slice(failedAt), to, signal)
  return [...missing.map((nth) => listing[nth]!), ...rest]
}

// Below, it takes less time than to start threads.
const MANY = 2_000

const portionsOf = (listing: Listing): readonly Listing[] => {
  const count = Math.min(machineSize().cpus, 4)
  const length = Math.ceil(listing.length / count)
  return Array.from({ length: count }, (_, nth) => listing.slice(nth * length, (nth + 1) * length))
}

/**
 * Makes the files of a listing in the folder `to`, as hard links to their blobs, copies where there can be no link; many of
 * them in threads. Whoever writes to a file there must replace it: to write into it would change the blob. Returns the files
 * that the store lacks.
 */
export const checkout = async (
  blobs: Blobs,
  listing: Listing,
  to: string,
  signal: AbortSignal,
): Promise<readonly ListedFile[]> => {
  if (signal.aborted) throw new InterruptedError()
  if (listing.length < MANY) return placeHere(blobs, listing, to, signal)
  return (await together(...portionsOf(listing).map((part) => placeInThread(blobs, part, to, signal)))).flat()
}
