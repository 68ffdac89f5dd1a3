// SPDX-License-Identifier: MIT
import { bootWords } from '../data/restarts.ts'
import { type HeadMatch, headWords } from '../families.ts'
import { type Form, forms } from '../lines/forms.ts'
import { type LogRecord, plainRecord, toOtherRecords } from '../lines/record.ts'
import { question, Shape, shapeOf } from '../lines/shape.ts'
import { normalizeText } from '../parse/title.ts'
import { BootWatch } from './boot.ts'
import { Collector } from './collect.ts'
import { FOLLOW_ON } from './fits.ts'
import { gluedHead } from './glued.ts'
import { headOf, knownLine, type Line, lineOf } from './line.ts'
import { absorbs, takesPanic } from './merge.ts'
import type { ReadOptions } from './options.ts'
import { OpenReport } from './report.ts'

const CUT_HERE = '----[ cut here ]----'
const isCutHere = question((text) => text.includes(CUT_HERE))
const isDropped = question((text) => /printk messages dropped|messages suppressed due to/.test(text))
/** Each line holds one of these that a report or a boot begins with, or that says that messages are missing. */
export const triggers: readonly string[] = [
  ...headWords,
  ...bootWords,
  '[ cut here ]',
  'printk messages dropped',
  'messages suppressed due to',
]
const FORGET_LINES = 4000
// Each line looks at all of them; more callers than CPUs do not report at once.
const MAX_OPEN = 128

/** The boot that a report is of. */
type Boot = Pick<BootWatch, 'line' | 'kernel'>

/** Takes the lines of a log in order and sorts them into reports. */
export class Engine {
  readonly collector: Collector
  /** The reports that are not over, one per printk caller; each change makes a new list. */
  #reports: readonly OpenReport[] = []
  readonly #ofCaller = new Map<string | undefined, OpenReport>()
  /** Up to this line none of them is forgotten. */
  #forgetAt = 0
  readonly #boots = new BootWatch()
  readonly #onHeader: ReadOptions['onHeader']
  readonly #remembers: boolean
  /** A line of a form that came before. */
  readonly known: ((raw: string, number: number, form: Form) => void) | undefined

  constructor(options: ReadOptions) {
    this.#onHeader = options.onHeader
    this.#remembers = options.remember !== false
    this.known = this.#remembers ? (raw, number, form) => this.#known(raw, number, form) : undefined
    this.collector = new Collector(options)
  }

  get idle(): boolean {
    return this.#reports.length === 0 && !this.#boots.watching
  }

  /** `hasWord`: the line holds a word of `triggers`. */
  line(
    raw: string,
    number: number,
    hasWord: boolean,
    isPrintable: boolean,
    isNew: boolean,
    origin?: LogRecord['origin'],
  ): void {
    const plain = plainRecord(raw, number, isPrintable)
    if (plain !== undefined) this.#message(plain, hasWord, isNew, origin)
    else
      for (const other of toOtherRecords(raw, number)) this.#message(other, hasWord || !other.isLiteral, isNew, origin)
  }

  #known(raw: string, number: number, form: Form): void {
    const line = knownLine(raw, number, form, forms)
    if (form.hasWord) this.#record(line)
    else this.#plain(line)
  }

  #message(found: LogRecord, hasWord: boolean, isNew: boolean, origin: LogRecord['origin'] | undefined): void {
    const shape = this.#remembers && !isNew ? shapeOf(found.text) : new Shape(found.text)
    const record = lineOf(found, shape, origin)
    if (hasWord) this.#record(record)
    else this.#plain(record)
  }

  /** Ends the reports that could be whole, as the end of the log would. */
  settle(): void {
    for (const report of this.#reports)
      if (report.hasStack || report.matches.some(({ head }) => head.bare === true)) this.#close(report, true)
  }

  finish(): void {
    for (const report of this.#reports) this.#close(report, true)
    this.#checkReboot(true)
  }

  // Without a trigger word it is no header, starts no boot, and only an open report or a boot that began wants it.
  #plain(record: Line): void {
    if (this.#boots.watching) {
      this.#watch(record)
      return
    }
    this.#boots.pass(record)
    this.#give(record)
  }

  #give(record: Line): void {
    if (this.#reports.length === 0) return
    const report = this.#reportFor(record)
    if (report?.isEcho(record) === false) report.add(record, undefined)
    // Only a report that takes a line can be over by it.
    if (report?.over === true || record.line > this.#forgetAt) this.#sweep(record.line)
  }

  // A boot whose banner was lost begins with another line of its own, which needs no trigger word.
  #watch(record: Line): void {
    this.#see(record, false)
    this.#give(record)
  }

  // Another boot ends all reports.
  #see(record: Line, hasWord: boolean): void {
    const { line, kernel } = this.#boots
    if (this.#boots.see(record, hasWord))
      for (const report of this.#reports) this.#close(report, true, { line, kernel })
    this.#checkReboot(false)
  }

  // That messages are missing is a line of all reports.
  #beforehand(record: Line): void {
    this.#see(record, true)
    if (isDropped(record.shape)) for (const report of this.#reports) report.add(record, undefined)
  }

  #record(record: Line): void {
    this.#beforehand(record)
    const found = record.origin === 'user' ? undefined : headOf(record)
    const report = this.#reportFor(record)
    if (report?.isEcho(record, found !== undefined) === true) return
    const aside = found?.head.aside === true && report !== undefined
    const glued = found === undefined && !this.#boots.stamped ? gluedHead(record) : undefined
    if (glued !== undefined) this.#start(glued.record, glued.found, true)
    else if (found !== undefined && !aside) this.#header(record, found, report)
    else if (isCutHere(record.shape)) this.#cutHere(record, report)
    else if (report !== undefined) report.add(record, undefined)
    this.#sweep(record.line)
  }

  #reportOf(caller: string | undefined): OpenReport | undefined {
    const [first] = this.#reports
    if (first === undefined || first.caller === caller) return first
    return this.#ofCaller.get(caller)
  }

  #reportFor({ caller }: Line): OpenReport | undefined {
    const own = this.#reportOf(caller)
    if (own !== undefined) return own
    if (caller === undefined) return this.#reports.at(-1)
    for (const report of this.#reports) if (report.isOfEveryone) return report
    return undefined
  }

  #header(record: Line, found: HeadMatch, report: OpenReport | undefined): void {
    if (found.head.layer === 'panic' && this.#panic(record, found, report)) return
    if (found.head.single === true && report !== undefined && this.#isAmong(report)) {
      this.#announce(found, record.line)
      this.#file(new OpenReport(record, found), false)
      if (found.head.last === true && !report.isTangled) this.#close(report, false)
      return
    }
    if (report !== undefined && !report.isTangled && absorbs(report, found)) {
      const fresh = report.matches.length === 0
      report.add(record, found)
      if (fresh) this.#announce(found, record.line)
      return
    }
    if (report?.isTornBy(record, found) === true && this.#hasBody(found) && this.#isAmong(report)) {
      report.tangle(record, found)
      this.#announce(found, record.line)
      return
    }
    this.#start(record, found)
  }

  #hasBody({ head }: HeadMatch): boolean {
    return head.single !== true && head.layer !== 'panic'
  }

  // A report of one line does not end a longer one.
  #isAmong(report: OpenReport): boolean {
    return report.isDumped || report.matches.some(({ head }) => head.single !== true)
  }

  #panic(record: Line, found: HeadMatch, report: OpenReport | undefined): boolean {
    this.#announce(found, record.line)
    const target = report ?? this.#reports.at(-1)
    if (target !== undefined && takesPanic(target, found)) {
      target.add(record, found)
      return true
    }
    return target === undefined && FOLLOW_ON.has(found.kind) && this.collector.hasSplatSince(this.#boots.line)
  }

  #cutHere(record: Line, report: OpenReport | undefined): void {
    const more = report !== undefined && (!report.hasStack || report.awaitsDump || report.isTornBy(record, undefined))
    if (more && report.caller === record.caller) report.add(record, undefined)
    else this.#start(record, undefined)
  }

  #start(record: Line, found: HeadMatch | undefined, isGlued = false): void {
    const before = this.#reportOf(record.caller)
    const mixed =
      before?.hasStack === false && !before.isRepeatedBy(found) && before.matches.some((m) => m.head.bare !== true)
    if (before !== undefined) {
      before.mixed ||= mixed
      this.#close(before, false)
    }
    const report = new OpenReport(record, found, isGlued)
    report.mixed = mixed
    report.isUnstamped = !this.#boots.stamped
    this.#reports = [...this.#reports, report]
    this.#ofCaller.set(report.caller, report)
    const [oldest] = this.#reports
    if (this.#reports.length > MAX_OPEN && oldest !== undefined) this.#close(oldest, false)
    if (found !== undefined && found.head.layer !== 'panic') this.#announce(found, record.line)
  }

  #announce(found: HeadMatch, line: number): void {
    if (this.#onHeader === undefined) return
    const template = typeof found.head.title === 'string' ? found.head.title : found.head.title(found.match)
    const title = template
      .replace(/ in \{fn\}|\{access\} | in \{race\}/g, '')
      .replace(/\{(\d)\}/g, (_, group: string) => normalizeText(found.match[Number(group)] ?? ''))
    this.#onHeader({
      family: found.family.name,
      kind: found.kind,
      title,
      line,
      panicked: found.head.layer === 'panic',
    })
  }

  #sweep(line: number): void {
    let oldest = line
    for (const report of this.#reports) {
      if (report.over || line - report.lastLine > FORGET_LINES) this.#close(report, false)
      else oldest = Math.min(oldest, report.lastLine)
    }
    this.#forgetAt = oldest + FORGET_LINES
  }

  #checkReboot(atEnd: boolean): void {
    const found = this.#boots.takeReboot(atEnd)
    if (found !== undefined) this.collector.reboot(found.record, found.kernel)
  }

  #close(report: OpenReport, atEnd: boolean, boot: Boot = this.#boots): void {
    this.#reports = this.#reports.filter((other) => other !== report)
    this.#ofCaller.delete(report.caller)
    this.#file(report, atEnd, boot)
  }

  #file(report: OpenReport, atEnd: boolean, { line, kernel }: Boot = this.#boots): void {
    if (report.matches.length === 0) return
    this.collector.file(report, () => report.drafts(kernel, atEnd), line)
  }
}
