// SPDX-License-Identifier: MIT
import { orderedRestarts } from '../data/restarts.ts'
import { question } from '../lines/shape.ts'
import { beginsWith } from '../patterns.ts'
import type { Line } from './line.ts'

const BANNER = /^Linux version (\d+\.\d\S*) \(/
const EARLY =
  /^(?:Kernel command line|Command line|Machine model|KERNEL supported cpus|BIOS-provided physical RAM map|BIOS-e820): ?/
const ORDERED = beginsWith(orderedRestarts)

const isBanner = question((text) => BANNER.test(text))
const isEarly = question((text) => EARLY.test(text))
const isOrder = question((text) => ORDERED.test(text))

// Of all lines that order a restart, this alone needs none of `bootWords`.
const REBOOT = '-- Reboot'

const SAMPLE = 40
const SAMPLE_TEXT = 60
const WATCHED = 300
// A log that begins while its kernel runs shows it in its first stamps.
const RUNNING_S = 10
// Copies of the lines from before the banner come where `dmesg` is as far as they were.
const MAX_WAIT = 20_000

/** A banner that may or may not be the start of another boot. */
interface Candidate {
  readonly record: Line
  readonly ordered: boolean
  readonly kernel: string | undefined
  /** Without the first boot's beginning, only lines that come late can be its copies. */
  readonly untilS: number
  same: number
  other: number
  early: boolean
}

// Somebody chose to boot another kernel; a crashed machine comes back with the same one.
const isOtherKernel = (before: string | undefined, now: string | undefined): boolean =>
  before !== undefined && now !== undefined && before !== now

/** The first lines of the first boot. */
class FirstLines {
  readonly #texts = new Map<number, Set<string>>()
  #size = 0

  add(timeS: number, text: string): void {
    if (this.#size >= WATCHED || this.has(timeS, text)) return
    this.#texts.set(timeS, (this.#texts.get(timeS) ?? new Set()).add(text))
    this.#size += 1
  }

  has(timeS: number, text: string): boolean {
    return this.#texts.get(timeS)?.has(text) === true
  }
}

/** A boot that nothing in the log ordered. */
export interface Reboot {
  readonly record: Line
  /** The kernel that ran before. */
  readonly kernel: string | undefined
}

/**
 * Counts boots. A second banner is a reboot, unless it was ordered, or is a copy of the first one: `dmesg` printed
 * on the console repeats the same lines with the same time stamps. In a log that begins while the kernel runs, the
 * first banner is one too.
 */
export class BootWatch {
  kernel: string | undefined
  /** Line of the current boot's banner. */
  line = 0
  readonly #firstLines = new FirstLines()
  /** The highest stamp of this boot that was seen. */
  #maxS = 0
  #watched = SAMPLE
  #stamped = false
  #booted = false
  #ordered = false
  #candidate: Candidate | undefined

  /** The kernel prints time stamps here. */
  get stamped(): boolean {
    return this.#stamped
  }

  /** While true, it must see every line. */
  get watching(): boolean {
    return this.#watched > 0
  }

  /** Takes a line that can start no boot. */
  pass({ origin, timeS }: Line): void {
    if (origin === 'kernel') this.#maxS = Math.max(this.#maxS, timeS ?? 0)
  }

  /** True when this record starts another boot. `hasWord`: its line may hold one of `bootWords`. */
  see(record: Line, hasWord: boolean): boolean {
    if ((hasWord || record.text.startsWith(REBOOT)) && isOrder(record.shape)) this.#ordered = true
    const isFirst = this.#isBanner(record, hasWord)
    if (!isFirst && this.#watched > 0) this.#sample(record)
    if (!isFirst) {
      this.pass(record)
      return false
    }
    const again = this.#booted || this.#maxS > RUNNING_S
    const kernel = BANNER.exec(record.text)?.[1]
    if (again) this.#suspect(record, kernel)
    this.kernel = kernel ?? this.kernel
    this.line = record.line
    this.#stamped ||= record.timeS !== undefined
    this.#booted = true
    this.#ordered = false
    this.#maxS = record.timeS ?? 0
    this.#watched = this.#candidate !== undefined && this.#candidate.untilS > 0 ? MAX_WAIT : WATCHED
    return again
  }

  /** The reboot that has become certain since the last call. */
  takeReboot(atEnd: boolean): Reboot | undefined {
    const found = this.#candidate
    if (found === undefined || (!atEnd && !this.#isDecided(found))) return undefined
    this.#candidate = undefined
    this.#watched = Math.min(this.#watched, WATCHED)
    const certain = this.#stamped || found.record.origin === 'kernel' || found.early
    if (found.ordered || !certain) return undefined
    if (found.untilS > 0 ? found.same > 0 : found.same > found.other) return undefined
    return { record: found.record, kernel: found.kernel }
  }

  #isDecided(found: Candidate): boolean {
    if (this.#watched === 0) return true
    return found.untilS > 0 ? found.same > 0 || this.#maxS > found.untilS : found.same + found.other >= SAMPLE
  }

  #suspect(record: Line, kernel: string | undefined): void {
    const ordered = this.#ordered || isOtherKernel(this.kernel, kernel)
    const untilS = this.#booted ? 0 : this.#maxS
    this.#candidate = { record, ordered, kernel: this.kernel, untilS, same: 0, other: 0, early: false }
  }

  #isBanner(record: Line, hasWord: boolean): boolean {
    if (record.origin === 'user' || (record.timeS ?? 0) > 1) return false
    if (!hasWord || !isBanner(record.shape)) return this.#isLateBanner(record)
    // `cat /proc/version` prints the banner too, but without a time stamp.
    return !this.#stamped || record.timeS !== undefined
  }

  // The banner itself was lost: the stamps fell, and the lines below it come.
  #isLateBanner(record: Line): boolean {
    return record.timeS !== undefined && this.#maxS > RUNNING_S && isEarly(record.shape)
  }

  #sample(record: Line): void {
    this.#watched -= 1
    if (this.#candidate?.early === false && isEarly(record.shape)) this.#candidate.early = true
    if (record.timeS === undefined || record.timeS === 0) return
    this.#stamped ||= record.origin === 'kernel'
    const text = record.text.slice(0, SAMPLE_TEXT)
    if (this.#candidate === undefined) this.#firstLines.add(record.timeS, text)
    else if (this.#firstLines.has(record.timeS, text)) this.#candidate.same += 1
    else this.#candidate.other += 1
  }
}
