// SPDX-License-Identifier: MIT
import type { LogRecord } from '../lines/record.ts'

// A boot whose first lines are lost begins with older stamps, too.
const NEAR_S = 3

// The same message, of the same moment.
const isTwin = ({ timeS, raw }: LogRecord, last: LogRecord | undefined): boolean =>
  timeS !== undefined && raw !== undefined && raw === last?.raw

// Stamps are quick to compare, and equal lines have the same.
const holds = (records: readonly LogRecord[], timeS: number | undefined, raw: string): boolean => {
  for (const record of records) if (record.timeS === timeS && record.raw === raw) return true
  return false
}

/**
 * Finds lines that a console shows again: their stamps go back, and they are those of lines that came before. Only the
 * first line of such a block has to have an older stamp, because messages of one moment have the same.
 */
export class EchoWatch {
  #lastS = 0
  #echoing = false
  readonly #firstS: number

  constructor(firstS: number | undefined) {
    this.#firstS = firstS ?? 0
  }

  /** `before` holds the lines that came. No line of a report is older than its first one. */
  isEcho(record: LogRecord, before: readonly LogRecord[], isHeader: boolean): boolean {
    const { timeS } = record
    if (timeS !== undefined && !isHeader && timeS < this.#firstS && timeS > this.#firstS - NEAR_S) {
      this.#echoing = true
      return true
    }
    return (isHeader && isTwin(record, before.at(-1))) || this.#isRepeat(record, before)
  }

  #isRepeat({ timeS, raw }: LogRecord, before: readonly LogRecord[]): boolean {
    const mayBe = raw !== undefined && (this.#echoing || (timeS !== undefined && timeS < this.#lastS))
    this.#echoing = mayBe && holds(before, timeS, raw)
    if (!this.#echoing && timeS !== undefined) this.#lastS = timeS
    return this.#echoing
  }
}
