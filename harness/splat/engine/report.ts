// SPDX-License-Identifier: MIT
import { reportLines } from '../data/report-lines.ts'
import type { HeadMatch } from '../families.ts'
import type { LogRecord } from '../lines/record.ts'
import { parseFrame, parseIp } from '../parse/frame.ts'
import { beginsWith } from '../patterns.ts'
import type { Draft } from './build.ts'

const MAX_LINES = 1500
const MAX_BYTES = 512 * 1024
const PATIENCE = 25
// After `---[ end trace` only the repeated registers and the panic follow.
const PATIENCE_ENDED = 12

const OWN = beginsWith(reportLines)

const isStack = (text: string): boolean => parseFrame(text) !== undefined || parseIp(text) !== undefined

const isOwn = (text: string): boolean => OWN.test(text) || isStack(text)

/** A report that is still being read. */
export class OpenReport {
  readonly matches: HeadMatch[] = []
  readonly caller: string | undefined
  hasStack = false
  ended = false
  mixed = false
  lastLine: number
  readonly #texts: string[] = []
  readonly #raws: string[] = []
  readonly #first: LogRecord
  #bytes = 0
  #quiet = 0
  #useful = 0
  #usefulRaws = 0
  #dumped = false
  #cut = false

  constructor(record: LogRecord, found: HeadMatch | undefined) {
    this.#first = record
    this.caller = record.caller
    this.lastLine = record.line
    this.add(record, found)
  }

  /** Takes a line; `found` is set when it is a header line that belongs to this report. */
  add(record: LogRecord, found: HeadMatch | undefined): void {
    if (found !== undefined) this.matches.push(found)
    const own = found !== undefined || isOwn(record.text)
    this.lastLine = record.line
    this.#quiet = own ? 0 : this.#quiet + 1
    // `IP: …` is between the first line and the Oops number.
    this.hasStack ||= !record.text.startsWith('IP: ') && isStack(record.text)
    if (record.text.startsWith('---[ end trace')) this.ended = true
    if (/^(?:CPU: \d|Call [Tt]race)/.test(record.text)) this.#dumped = true
    if (this.#texts.length < MAX_LINES && this.#bytes < MAX_BYTES) {
      this.#bytes += (record.raw ?? record.text).length
      this.#texts.push(record.text)
      if (record.raw !== undefined) this.#raws.push(record.raw)
    }
    if (!own) return
    this.#cut ||= record.cut
    this.#useful = this.#texts.length
    this.#usefulRaws = this.#raws.length
  }

  /** True when no more of its lines are expected. */
  get over(): boolean {
    const family = this.matches[0]?.family
    return this.#quiet > (this.ended ? PATIENCE_ENDED : (family?.patience ?? PATIENCE))
  }

  /** True for a slab report whose own stack has not come yet: since 6.14 a WARNING carries it. */
  get awaitsDump(): boolean {
    return !this.#dumped && this.matches[0]?.family.name === 'slab'
  }

  draft(kernel: string | undefined, atEnd: boolean): Draft {
    return {
      matches: this.matches,
      texts: this.#texts.slice(0, this.#useful),
      raws: this.#raws.slice(0, this.#usefulRaws),
      line: this.#first.line,
      timeS: this.#first.timeS,
      kernel,
      atEnd: atEnd && !this.ended,
      mixed: this.mixed,
      cut: this.#cut,
      fromKernel: this.#first.origin === 'kernel',
    }
  }
}
