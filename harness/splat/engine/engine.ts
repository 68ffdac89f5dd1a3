// SPDX-License-Identifier: MIT
import { bootWords } from '../data/restarts.ts'
import { type HeadMatch, headWords, matchHead } from '../families.ts'
import { type LogRecord, toRecords } from '../lines/record.ts'
import { normalizeText } from '../parse/title.ts'
import { BootWatch } from './boot.ts'
import { Collector } from './collect.ts'
import { FOLLOW_ON } from './fits.ts'
import { gluedHead } from './glued.ts'
import { absorbs, takesPanic } from './merge.ts'
import type { ReadOptions } from './options.ts'
import { OpenReport } from './report.ts'

const CUT_HERE = /-{4}\[ cut here \]-{4}/
const DROPPED = /printk messages dropped|messages suppressed due to/
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

/** Takes the lines of a log in order and sorts them into reports. */
export class Engine {
  readonly collector: Collector
  /** The reports that are not over, one per printk caller. */
  readonly #open = new Map<string, OpenReport>()
  readonly #boots = new BootWatch()
  readonly #onHeader: ReadOptions['onHeader']

  constructor(options: ReadOptions) {
    this.#onHeader = options.onHeader
    this.collector = new Collector(options)
  }

  get idle(): boolean {
    return this.#open.size === 0 && !this.#boots.watching
  }

  /** `hasWord`: the line holds a word of `triggers`. */
  line(raw: string, number: number, hasWord: boolean, origin?: LogRecord['origin']): void {
    for (const found of toRecords(raw, number)) {
      const record = origin === undefined ? found : { ...found, origin }
      if (hasWord || !found.isLiteral) this.#record(record)
      else this.#plain(record)
    }
  }

  /** Ends the reports that could be whole, as the end of the log would. */
  settle(): void {
    for (const report of [...this.#open.values()])
      if (report.hasStack || report.matches.some(({ head }) => head.bare === true)) this.#close(report, true)
  }

  finish(): void {
    for (const report of [...this.#open.values()]) this.#close(report, true)
    this.#checkReboot(true)
  }

  // Without a trigger word it is no header, starts no boot, and only an open report or a boot that began wants it.
  #plain(record: LogRecord): void {
    if (this.#boots.watching) {
      this.#record(record)
      return
    }
    this.#boots.pass(record)
    if (this.#open.size === 0) return
    const report = this.#reportFor(record)
    if (report?.isEcho(record) === false) report.add(record, undefined)
    this.#sweep(record.line)
  }

  #record(record: LogRecord): void {
    this.#beforehand(record)
    const found = record.origin === 'user' ? undefined : matchHead(record.text)
    const report = this.#reportFor(record)
    if (report?.isEcho(record, found !== undefined) === true) return
    const aside = found?.head.aside === true && report !== undefined
    const glued = found === undefined && !this.#boots.stamped ? gluedHead(record) : undefined
    if (glued !== undefined) this.#start(glued.record, glued.found, true)
    else if (found !== undefined && !aside) this.#header(record, found, report)
    else if (CUT_HERE.test(record.text)) this.#cutHere(record, report)
    else if (report !== undefined) report.add(record, undefined)
    this.#sweep(record.line)
  }

  // Another boot ends all reports; that messages are missing is a line of all.
  #beforehand(record: LogRecord): void {
    if (this.#boots.see(record)) {
      for (const report of [...this.#open.values()]) this.#close(report, true)
    }
    this.#checkReboot(false)
    if (DROPPED.test(record.text)) for (const report of this.#open.values()) report.add(record, undefined)
  }

  #reportFor(record: LogRecord): OpenReport | undefined {
    const own = this.#open.get(record.caller ?? '')
    if (own !== undefined || this.#open.size === 0) return own
    const others = [...this.#open.values()]
    if (record.caller === undefined) return others.at(-1)
    return others.find((report) => report.matches.some((found) => found.head.everyone === true))
  }

  #header(record: LogRecord, found: HeadMatch, report: OpenReport | undefined): void {
    if (found.head.layer === 'panic' && this.#panic(record, found, report)) return
    if (found.head.single === true && report !== undefined && this.#isAmong(report)) {
      this.#announce(found, record.line)
      this.#file(new OpenReport(record, found), false)
      return
    }
    if (report !== undefined && !report.isTangled && absorbs(report, found)) {
      const fresh = report.matches.length === 0
      report.add(record, found)
      if (fresh) this.#announce(found, record.line)
      return
    }
    if (report?.isTornBy(record, found) === true && found.head.bare !== true && this.#isAmong(report)) {
      report.tangle(record, found)
      this.#announce(found, record.line)
      return
    }
    this.#start(record, found)
  }

  // A report of one line does not end a longer one.
  #isAmong(report: OpenReport): boolean {
    return report.isDumped || report.matches.some(({ head }) => head.single !== true)
  }

  #panic(record: LogRecord, found: HeadMatch, report: OpenReport | undefined): boolean {
    this.#announce(found, record.line)
    const target = report ?? [...this.#open.values()].at(-1)
    if (target !== undefined && takesPanic(target, found)) {
      target.add(record, found)
      return true
    }
    return target === undefined && FOLLOW_ON.has(found.kind) && this.collector.hasSplatSince(this.#boots.line)
  }

  #cutHere(record: LogRecord, report: OpenReport | undefined): void {
    const more = report !== undefined && (!report.hasStack || report.awaitsDump || report.isTornBy(record, undefined))
    if (more && report.caller === record.caller) report.add(record, undefined)
    else this.#start(record, undefined)
  }

  #start(record: LogRecord, found: HeadMatch | undefined, isGlued = false): void {
    const key = record.caller ?? ''
    const before = this.#open.get(key)
    const mixed =
      before?.hasStack === false && !before.isRepeatedBy(found) && before.matches.some((m) => m.head.bare !== true)
    if (before !== undefined) {
      before.mixed ||= mixed
      this.#close(before, false)
    }
    const report = new OpenReport(record, found, isGlued)
    report.mixed = mixed
    this.#open.set(key, report)
    const [oldest] = this.#open.values()
    if (this.#open.size > MAX_OPEN && oldest !== undefined) this.#close(oldest, false)
    if (found !== undefined && found.head.layer !== 'panic') this.#announce(found, record.line)
  }

  #announce(found: HeadMatch, line: number): void {
    const template = typeof found.head.title === 'string' ? found.head.title : found.head.title(found.match)
    const title = template
      .replace(/ in \{fn\}|\{access\} | in \{race\}/g, '')
      .replace(/\{(\d)\}/g, (_, group: string) => normalizeText(found.match[Number(group)] ?? ''))
    this.#onHeader?.({
      family: found.family.name,
      kind: found.kind,
      title,
      line,
      panicked: found.head.layer === 'panic',
    })
  }

  #sweep(line: number): void {
    for (const report of this.#open.values()) {
      if (report.over || line - report.lastLine > FORGET_LINES) this.#close(report, false)
    }
  }

  #checkReboot(atEnd: boolean): void {
    const found = this.#boots.takeReboot(atEnd)
    if (found !== undefined) this.collector.reboot(found.record, found.kernel)
  }

  #close(report: OpenReport, atEnd: boolean): void {
    for (const [key, other] of this.#open) if (other === report) this.#open.delete(key)
    this.#file(report, atEnd)
  }

  #file(report: OpenReport, atEnd: boolean): void {
    if (report.matches.length === 0) return
    for (const draft of report.drafts(this.#boots.kernel, atEnd)) this.collector.add(draft, this.#boots.line)
  }
}
