// SPDX-License-Identifier: MIT
import { reportLines } from '../data/report-lines.ts'
import type { HeadMatch } from '../families.ts'
import { question } from '../lines/shape.ts'
import { frameIn, ipIn } from '../parse/frame.ts'
import { beginsWith, leading } from '../patterns.ts'
import { EchoWatch } from './echo.ts'
import { FRAME, FRAMED, MARKER, OPENED } from './framed.ts'
import { namesPlace } from './lead.ts'
import type { Line } from './line.ts'
import type { Unread } from './memory.ts'
import { StackWatch } from './stack-watch.ts'
import type { Entry } from './strand.ts'
import { countTangled, isRepeated, type Part, untangle } from './untangle.ts'

const MAX_LINES = 1500
const MAX_BYTES = 512 * 1024
const PATIENCE = 25
// As much patience as a line of the kernel costs that many lines of the workload.
const WORKLOAD_LINES = 16
// After `---[ end trace` only the repeated registers and the panic follow.
const PATIENCE_ENDED = 12
// Other CPUs print while a report is cut off.
const MAX_FOREIGN = 2
// More CPUs than that do not print at once, and no two that are seconds apart.
const MAX_TANGLED = 6
const NEAR_S = 3

const OWN = beginsWith(reportLines)

const isStack = (line: Line): boolean => frameIn(line) !== undefined || ipIn(line) !== undefined

// Where lockdep says that a lock is taken, the line begins with the lock's address or name.
const isOwn = question((text) => text !== '' && (OWN.test(text) || text.includes(', at: ')))

const isDump = question(leading(/^(?:CPU: \d|Call [Tt]race)/))
// `IP: …` is between the first line and the Oops number.
const isOldPointer = question((text) => text.startsWith('IP: '))
const isOthers = question(leading(/^Sending NMI from CPU /))
const isEndMarker = question((text) => text.startsWith('---[ end trace') && MARKER.test(text))
const isFrameLine = question(leading(FRAME))

const rawsOf = (records: readonly Line[]): readonly string[] => {
  const within = records[0]?.within
  const raws: string[] = within === undefined ? [] : [within]
  for (const { raw } of records) if (raw !== undefined) raws.push(raw)
  return raws
}

/** Calls that a fuzzer's programs make, and the fuzzer's own log. */
const WORKLOAD =
  /^(?:r\d{1,4} = )?[a-z_]\w*(?:\$\w+)?\((?:0x|&\(|r\d|')|^executing program|^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /

const isCall = question(leading(WORKLOAD))

/** A report that is still being read, or several whose lines are mixed. */
export class OpenReport {
  readonly matches: HeadMatch[] = []
  readonly caller: string | undefined
  hasStack = false
  ended = false
  mixed = false
  /** The console prints no stamps. */
  isUnstamped = false
  /** Lines of other CPUs and tasks belong to it. */
  isOfEveryone = false
  lastLine: number
  readonly #records: Line[] = []
  /** The header lines among them, by their place: most lines are none. */
  readonly #heads = new Map<number, HeadMatch>()
  readonly #first: Line
  readonly #isGlued: boolean
  readonly #stacks = new StackWatch()
  readonly #echoes: EchoWatch
  /** Reports whose lines are among these; 1 when they are not mixed. */
  #tangled = 1
  #lastS: number | undefined
  #bytes = 0
  #quiet = 0
  #patience = PATIENCE
  /** Lines of `=` below its header. */
  #frames = 0
  /** Lines of the kernel since the last one of the report. */
  #foreign = 0
  #useful = 0
  #dumped = false
  /** What other CPUs do comes before its own registers, on arm64. */
  #others = false
  #cut = false

  constructor(record: Line, found: HeadMatch | undefined, isGlued = false) {
    this.#first = record
    this.#echoes = new EchoWatch(record.timeS)
    this.#isGlued = isGlued
    this.caller = record.caller
    this.lastLine = record.line
    this.add(record, found)
  }

  /** Takes a line; `found` is set when it is a header line that belongs to this report. */
  add(record: Line, found: HeadMatch | undefined): void {
    if (found !== undefined) {
      this.matches.push(found)
      this.#others = false
      this.isOfEveryone ||= found.head.everyone === true
      this.#patience = this.matches[0]?.family.patience ?? PATIENCE
    }
    this.#keep(record, found)
  }

  /** True for a line of it that the console shows again. */
  isEcho(record: Line, isHeader = false): boolean {
    const isEcho = this.#echoes.isEcho(record, this.#records, isHeader)
    if (isEcho) this.#dropTwins()
    return isEcho
  }

  // Lines without a stamp show only by the next one that they are repeated.
  #dropTwins(): void {
    for (let last = this.#records.at(-1); last?.timeS === undefined; last = this.#records.at(-1)) {
      const raw = last?.raw
      const at = this.#records.length - 1
      if (raw === undefined || this.#records.findIndex((record) => record.raw === raw) === at) break
      this.#records.pop()
      this.#heads.delete(at)
    }
    this.#useful = Math.min(this.#useful, this.#records.length)
  }

  /** Takes the header line of another report, whose lines come between those of this one. */
  tangle(record: Line, found: HeadMatch): void {
    if (!this.isRepeatedBy(found)) this.#tangled += 1
    this.#keep(record, found)
  }

  /** True while another report cannot be told from this one by its place. */
  isTornBy(record: Line, found: HeadMatch | undefined): boolean {
    if (this.matches.length === 0) return false
    if (this.isRepeatedBy(found)) return this.isTangled
    if (this.caller !== undefined || record.caller !== undefined) return false
    // A program's text has no stamp, whatever it quotes.
    if (this.#first.origin === 'unknown' && record.origin === 'kernel') return false
    if (this.#tangled >= MAX_TANGLED || !this.#isNear(record)) return false
    if (this.isTangled) return this.#stacks.closed < this.#tangled
    if (this.#isListed(found)) return false
    return !this.ended && (this.#stacks.closed === 0 || this.#stacks.isOpen || this.#isUnframed(found))
  }

  // One thread prints all leaks, one after another.
  #isListed(found: HeadMatch | undefined): boolean {
    const isLeak = this.matches[0]?.family.name === 'kmemleak'
    return isLeak && this.hasStack && (found === undefined || found.family.name === 'kmemleak')
  }

  /** Its CPU, or its stack, was named. */
  get isDumped(): boolean {
    return this.#dumped
  }

  /** True while the line of `=` that ends it has not come: the one before a header line begins another report. */
  #isUnframed(found: HeadMatch | undefined): boolean {
    const isOpening = OPENED.has(found?.family.name ?? '') && FRAME.test(this.#records.at(-1)?.text ?? '')
    if (FRAMED.has(this.matches[0]?.family.name ?? '')) return this.#frames - (isOpening ? 1 : 0) < 1
    // Up to 6.4 UBSAN ends with such a line; all others do not have it, so that it begins another report.
    return (isOpening || this.matches[0]?.family.name !== 'ubsan') && this.#stacks.isFramed
  }

  /** True when the header line is the last one again, for another inlined function. */
  isRepeatedBy(found: HeadMatch | undefined): boolean {
    return isRepeated(this.#lastEntry, found)
  }

  get isTangled(): boolean {
    return this.#tangled > 1
  }

  get #lastEntry(): Entry | undefined {
    const at = this.#records.length - 1
    return at < 0 ? undefined : { record: this.#records[at]!, found: this.#heads.get(at) }
  }

  /** How many reports its lines are. */
  get count(): number {
    return this.isTangled ? countTangled(this.#usefulEntries()) : 1
  }

  #usefulEntries(): readonly Entry[] {
    return this.#records.slice(0, this.#useful).map((record, at) => ({ record, found: this.#heads.get(at) }))
  }

  /** True when no more of its lines are expected. */
  get over(): boolean {
    return this.#quiet > (this.ended ? PATIENCE_ENDED : this.#patience)
  }

  /** True for a slab report whose own stack has not come yet: since 6.14 a WARNING carries it. */
  get awaitsDump(): boolean {
    return !this.#dumped && this.matches[0]?.family.name === 'slab'
  }

  drafts(kernel: string | undefined, atEnd: boolean): readonly Unread[] {
    const open = atEnd && !this.ended
    const torn = open && this.#foreign <= MAX_FOREIGN
    const isListed = this.isUnstamped && this.#isListing
    return this.#parts().map(({ matches, records, raws, line, timeS, mixed, isGuess }) => ({
      matches,
      records,
      raws,
      line,
      timeS,
      kernel,
      atEnd: open,
      torn,
      mixed,
      isGuess,
      isGlued: this.#isGlued,
      cut: this.#cut,
      fromKernel: this.#first.origin === 'kernel',
      isListed,
    }))
  }

  #parts(): readonly Part[] {
    if (this.isTangled) return untangle(this.#usefulEntries())
    const records = this.#records.slice(0, this.#useful)
    const { line, timeS } = this.#first
    const mixed = this.mixed ? 'maybe' : 'no'
    return [{ matches: this.matches, records, raws: rawsOf(records), line, timeS, mixed, isGuess: false }]
  }

  // Nobody quotes several of them.
  get #isListing(): boolean {
    const places = [...this.#heads.values()].filter(namesPlace).length
    return places > (this.mixed ? 0 : 1)
  }

  #isNear(record: Line): boolean {
    return record.timeS === undefined || this.#lastS === undefined || Math.abs(record.timeS - this.#lastS) <= NEAR_S
  }

  #keep(record: Line, found: HeadMatch | undefined): void {
    const { text, shape } = record
    const isOfStack = isStack(record)
    const own = isOfStack || found !== undefined || isOwn(shape)
    this.lastLine = record.line
    this.#note(record, isOfStack)
    if (this.#records.length < MAX_LINES && this.#bytes < MAX_BYTES) {
      this.#bytes += (record.raw ?? text).length
      if (found !== undefined) this.#heads.set(this.#records.length, found)
      this.#records.push(record)
    }
    if (own) this.#keepOwn(record)
    else this.#keepForeign(record)
  }

  #keepOwn(record: Line): void {
    this.#quiet = 0
    this.#foreign = 0
    this.#lastS = record.timeS ?? this.#lastS
    this.#cut ||= record.cut
    this.#useful = this.#records.length
  }

  #keepForeign(record: Line): void {
    this.#quiet += this.#isWorkload(record) ? 1 / WORKLOAD_LINES : 1
    if (record.origin === 'kernel' && record.text !== '') this.#foreign += 1
  }

  #note(record: Line, isOfStack: boolean): void {
    const { shape } = record
    if (this.matches[0]?.family.name === 'oops' && isOthers(shape)) this.#others = true
    if (isOfStack && !this.hasStack && !this.#others && !isOldPointer(shape)) this.hasStack = true
    // Of mixed reports the last one to end counts.
    if (isEndMarker(shape)) this.ended = !this.isTangled
    if (this.matches.length > 0 && !this.#stacks.isOpen && isFrameLine(shape)) this.#frames += 1
    this.#stacks.see(record)
    if (!this.#dumped && (this.#stacks.isOpen || isDump(shape))) this.#dumped = true
  }

  /** True for what programs print while the kernel reports. */
  #isWorkload(record: Line): boolean {
    return (this.#first.origin === 'kernel' && record.origin !== 'kernel') || isCall(record.shape)
  }
}
