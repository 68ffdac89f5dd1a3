// SPDX-License-Identifier: MIT
import { orderedRestarts } from '../data/restarts.ts'
import type { LogRecord } from '../lines/record.ts'
import { beginsWith } from '../patterns.ts'

const BANNER = /^Linux version (\d+\.\d\S*) \(/
const EARLY = /^(?:Kernel command line|Command line|Machine model|KERNEL supported cpus|BIOS-provided physical RAM map)/
const ORDERED = beginsWith(orderedRestarts)

const SAMPLE = 40
const WATCHED = 300

/** A banner that may or may not be the start of another boot. */
interface Candidate {
  readonly record: LogRecord
  readonly ordered: boolean
  readonly kernel: string | undefined
  same: number
  other: number
  early: boolean
}

// Somebody chose to boot another kernel; a crashed machine comes back with the same one.
const isOtherKernel = (before: string | undefined, now: string | undefined): boolean =>
  before !== undefined && before !== now

/** A boot that nothing in the log ordered. */
export interface Reboot {
  readonly record: LogRecord
  /** The kernel that ran before. */
  readonly kernel: string | undefined
}

/**
 * Counts boots. A second banner is a reboot, unless it was ordered, or is a copy of the first one: `dmesg` printed
 * on the console repeats the same lines with the same time stamps.
 */
export class BootWatch {
  kernel: string | undefined
  /** Line of the current boot's banner. */
  line = 0
  readonly #firstLines = new Set<string>()
  #watched = 0
  #stamped = false
  #booted = false
  #ordered = false
  #candidate: Candidate | undefined

  /** While true, it must see every line. */
  get watching(): boolean {
    return this.#watched > 0
  }

  /** True when this record starts another boot. */
  see(record: LogRecord): boolean {
    if (ORDERED.test(record.text)) this.#ordered = true
    if (this.#watched > 0) this.#sample(record)
    const banner = BANNER.exec(record.text)
    if (banner === null || !this.#isBanner(record)) return false
    const again = this.#booted
    if (again) this.#suspect(record, banner[1])
    this.kernel = banner[1]
    this.line = record.line
    this.#stamped ||= record.timeS !== undefined
    this.#booted = true
    this.#ordered = false
    this.#watched = WATCHED
    return again
  }

  /** The reboot that has become certain since the last call. */
  takeReboot(atEnd: boolean): Reboot | undefined {
    const found = this.#candidate
    if (found === undefined || (this.#watched > 0 && found.same + found.other < SAMPLE && !atEnd)) return undefined
    this.#candidate = undefined
    const certain = this.#stamped || found.record.origin === 'kernel' || found.early
    if (found.ordered || !certain || found.same > found.other) return undefined
    return { record: found.record, kernel: found.kernel }
  }

  #suspect(record: LogRecord, kernel: string | undefined): void {
    const ordered = this.#ordered || isOtherKernel(this.kernel, kernel)
    this.#candidate = { record, ordered, kernel: this.kernel, same: 0, other: 0, early: false }
  }

  // `cat /proc/version` prints the banner too, but without a time stamp.
  #isBanner(record: LogRecord): boolean {
    if (record.origin === 'user' || (record.timeS ?? 0) > 1) return false
    return !this.#stamped || record.timeS !== undefined
  }

  #sample(record: LogRecord): void {
    this.#watched -= 1
    if (this.#candidate !== undefined && EARLY.test(record.text)) this.#candidate.early = true
    if (record.timeS === undefined || record.timeS === 0) return
    const key = `${record.timeS} ${record.text.slice(0, 60)}`
    if (this.#candidate === undefined) {
      if (this.#firstLines.size < WATCHED) this.#firstLines.add(key)
    } else if (this.#firstLines.has(key)) this.#candidate.same += 1
    else this.#candidate.other += 1
  }
}
