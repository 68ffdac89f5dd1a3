// SPDX-License-Identifier: MIT

const LF = 10
const MIB = 1 << 20

const linesIn = (chunk: Uint8Array): number => {
  let lines = 0
  for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) lines++
  return lines
}

/** How much of a guest's output is kept. */
export interface Bounds {
  readonly bytes: number
  readonly lines: number
}

// A long run prints some 100 KiB on its console; its records, with coverage, are below 1 MiB.
export const CONSOLE_BOUNDS: Bounds = { bytes: 64 * MIB, lines: 1_000_000 }
export const RECORD_BOUNDS: Bounds = { bytes: 64 * MIB, lines: 200_000 }

/** Passes a stream on up to its bounds, and counts what comes after that. */
export class BoundedStream {
  readonly #bounds: Bounds
  #kept = { bytes: 0, lines: 0 }
  #lost = { bytes: 0, lines: 0 }

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  /** Whether this chunk is kept. After the first that is not, none is. */
  keeps(chunk: Uint8Array): boolean {
    const lines = linesIn(chunk)
    const bytes = this.#kept.bytes + chunk.length
    const fits = bytes <= this.#bounds.bytes && this.#kept.lines + lines <= this.#bounds.lines
    if (fits && !this.overflowed) {
      this.#kept = { bytes, lines: this.#kept.lines + lines }
      return true
    }
    this.#lost = { bytes: this.#lost.bytes + chunk.length, lines: this.#lost.lines + lines }
    return false
  }

  /** Whether anything was not kept. */
  get overflowed(): boolean {
    return this.#lost.bytes > 0
  }

  /** `more than 64 MiB or 200000 lines: 1.5 MiB in 20000 lines were dropped`; undefined when all was kept. */
  get problem(): string | undefined {
    if (!this.overflowed) return undefined
    const { bytes, lines } = this.#bounds
    return `more than ${bytes / MIB} MiB or ${lines} lines: ${(this.#lost.bytes / MIB).toFixed(1)} MiB in ${this.#lost.lines} lines were dropped`
  }
}
