// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises'
import { StoreFault } from './model.ts'

/** Less than this in the time limit is no progress: a store that gives a byte a second would keep a run for ever. */
const LEAST_BYTES = 1 << 20

/** Watches one operation of a store. */
export interface Stall extends Disposable {
  /** Aborted with a StoreFault when it makes no progress. */
  readonly signal: AbortSignal
  readonly moved: (bytes: number) => void
}

/** Starts to watch: the signal aborts after `limitMs` in which less than 1 MiB has moved. */
export const watchStall = (limitMs: number): Stall => {
  const controller = new AbortController()
  const stalled = () => controller.abort(new StoreFault('stalled', `no progress in ${limitMs / 1000} s`))
  let timer = setTimeout(stalled, limitMs)
  let since = 0
  return {
    signal: controller.signal,
    moved: (bytes) => {
      since += bytes
      if (since < LEAST_BYTES) return
      since = 0
      clearTimeout(timer)
      timer = setTimeout(stalled, limitMs)
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}

// What is stopped gets this time to remove what it has begun.
const TIDY_MS = 1000

/** The work, or soon after an abort its reason: not every call of a file system can be stopped. */
export const until = async <T>(signal: AbortSignal, work: Promise<T>): Promise<T> => {
  const settled = work.then(
    () => undefined,
    () => undefined,
  )
  let stop = (): void => undefined
  const aborted = new Promise<void>((resolve) => {
    stop = resolve
    if (signal.aborted) resolve()
    signal.addEventListener('abort', stop, { once: true })
  })
  await Promise.race([settled, aborted])
  signal.removeEventListener('abort', stop)
  if (!signal.aborted) return work
  await Promise.race([settled, sleep(TIDY_MS)])
  throw signal.reason
}
