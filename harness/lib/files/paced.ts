// SPDX-License-Identifier: MIT
import { setImmediate } from 'node:timers/promises'
import { InterruptedError } from '../../model/errors.ts'

const YIELD_MS = 20

/** Calls `use` for each item; lets others run every 20 ms, and throws an InterruptedError after an abort. */
export const eachPaced = async <T>(items: Iterable<T>, signal: AbortSignal, use: (item: T) => void): Promise<void> => {
  if (signal.aborted) throw new InterruptedError()
  let since = performance.now()
  for (const item of items) {
    use(item)
    if (performance.now() - since < YIELD_MS) continue
    await setImmediate()
    if (signal.aborted) throw new InterruptedError()
    since = performance.now()
  }
}
