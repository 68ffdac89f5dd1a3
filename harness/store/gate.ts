// SPDX-License-Identifier: MIT
import { StoreFault } from './model.ts'

// One may be bad luck; each costs time.
const MOST_FAILURES = 3

/** Any error as a fault of the store. */
export const faultFrom = (error: unknown): StoreFault => {
  if (error instanceof StoreFault) return error
  const { message, code } = error as NodeJS.ErrnoException
  return new StoreFault('failed', message || code || 'unknown error')
}

/** Whether a direction of a store is still used: it is left alone once it would only cost time. */
export class Gate {
  #failures = 0
  #closed = false
  #told = false

  get isOpen(): boolean {
    return !this.#closed
  }

  passed(): void {
    this.#failures = 0
  }

  /** Counts a fault; returns whether it is the first one, which is reported. */
  failed({ kind }: StoreFault): boolean {
    this.#failures++
    this.#closed ||= kind === 'stalled' || kind === 'refused' || this.#failures >= MOST_FAILURES
    const isFirst = !this.#told
    this.#told = true
    return isFirst
  }
}
