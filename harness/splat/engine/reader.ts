// SPDX-License-Identifier: MIT
import { type HeadMatch, headWords, matchHead } from '../families.ts'
import { type LogRecord, toRecords } from '../lines/record.ts'
import { makeLineSource } from '../lines/source.ts'
import { makeWordFinder } from '../lines/words.ts'
import type { Splat } from '../model.ts'
import { normalizeText } from '../parse/title.ts'
import { BOOT_WORDS, BootWatch } from './boot.ts'
import { leadOf } from './build.ts'
import { Collector } from './collect.ts'
import { OpenReport } from './report.ts'

/** What a live run learns as soon as a header line went by. */
export interface Header {
  readonly family: string
  readonly kind: string
  /** The title without its function, which only the stack tells. */
  readonly title: string
  readonly line: number
  /** The kernel panics: nothing but the rest of this report will follow. */
  readonly panicked: boolean
}

export interface ReadOptions {
  /** A run that squeezes memory expects the OOM killer: its kills are no splats. */
  readonly expectOomKills?: boolean
  readonly onHeader?: (header: Header) => void
  readonly onSplat?: (splat: Splat) => void
  /** Reports kept in full; later ones are only counted. */
  readonly maxSplats?: number
}

export interface ReadStats {
  readonly lines: number
  /** Reports beyond `maxSplats`. */
  readonly dropped: number
}

export interface SplatReader {
  push(chunk: Uint8Array | string): void
  end(): readonly Splat[]
  readonly stats: ReadStats
}

const CUT_HERE = /-{4,}\[ cut here \]-{4,}/
const DROPPED = /printk messages dropped|messages suppressed due to/
const FORGET_LINES = 4000

const find = makeWordFinder([...headWords, ...BOOT_WORDS, '[ cut here ]'])

class Engine {
  private readonly open = new Map<string, OpenReport>()
  private readonly boots = new BootWatch()
  private readonly onHeader: ReadOptions['onHeader']
  readonly collector: Collector

  constructor(options: ReadOptions) {
    this.onHeader = options.onHeader
    this.collector = new Collector(options)
  }

  get idle(): boolean {
    return this.open.size === 0 && !this.boots.watching
  }

  line(raw: string, number: number): void {
    for (const record of toRecords(raw, number)) this.record(record)
  }

  finish(): void {
    for (const report of [...this.open.values()]) this.close(report, true)
    this.checkReboot(true)
  }

  private record(record: LogRecord): void {
    if (this.boots.see(record)) {
      for (const report of [...this.open.values()]) this.close(report, true)
    }
    this.checkReboot(false)
    if (DROPPED.test(record.text)) for (const report of this.open.values()) report.add(record, null)
    const found = record.origin === 'user' ? null : matchHead(record.text)
    const report = this.reportFor(record)
    if (found !== null) this.header(record, found, report)
    else if (CUT_HERE.test(record.text)) this.cutHere(record, report)
    else if (report !== undefined) report.add(record, null)
    this.sweep(record.line)
  }

  private reportFor(record: LogRecord): OpenReport | undefined {
    const own = this.open.get(record.caller ?? '')
    if (own !== undefined) return own
    const others = [...this.open.values()]
    if (record.caller === null) return others.at(-1)
    return others.find((report) => report.matches.some((found) => found.head.everyone === true))
  }

  private header(record: LogRecord, found: HeadMatch, report: OpenReport | undefined): void {
    if (found.head.layer === 'panic' && this.panic(record, found, report)) return
    if (report !== undefined && absorbs(report, found)) {
      const fresh = report.matches.length === 0
      report.add(record, found)
      if (fresh) this.tell(found, record.line)
      return
    }
    this.start(record, found)
  }

  private panic(record: LogRecord, found: HeadMatch, report: OpenReport | undefined): boolean {
    this.tell(found, record.line)
    const target = report ?? [...this.open.values()].at(-1)
    if (target !== undefined && takesPanic(target, found)) {
      target.add(record, found)
      return true
    }
    return target === undefined && FOLLOW_ON.has(found.kind) && this.collector.hasSplatSince(this.boots.line)
  }

  private cutHere(record: LogRecord, report: OpenReport | undefined): void {
    if (report !== undefined && !report.hasStack && report.caller === record.caller) report.add(record, null)
    else this.start(record, null)
  }

  private start(record: LogRecord, found: HeadMatch | null): void {
    const key = record.caller ?? ''
    const before = this.open.get(key)
    const mixed = before !== undefined && !before.hasStack && before.matches.some((m) => m.head.bare !== true)
    if (before !== undefined) {
      before.mixed ||= mixed
      this.close(before, false)
    }
    const report = new OpenReport(record, found)
    report.mixed = mixed
    this.open.set(key, report)
    if (found !== null && found.head.layer !== 'panic') this.tell(found, record.line)
  }

  private tell(found: HeadMatch, line: number): void {
    const template = typeof found.head.title === 'string' ? found.head.title : found.head.title(found.match)
    const title = template
      .replace(/ in \{fn\}|\{access\} | in \{race\}/g, '')
      .replace(/\{(\d)\}/g, (_, group: string) => normalizeText(found.match[Number(group)] ?? ''))
    this.onHeader?.({
      family: found.family.name,
      kind: found.kind,
      title,
      line,
      panicked: found.head.layer === 'panic',
    })
  }

  private sweep(line: number): void {
    for (const report of this.open.values()) {
      if (report.over || line - report.lastLine > FORGET_LINES) this.close(report, false)
    }
  }

  private checkReboot(atEnd: boolean): void {
    const found = this.boots.takeReboot(atEnd)
    if (found !== null) this.collector.reboot(found.record, found.kernel)
  }

  private close(report: OpenReport, atEnd: boolean): void {
    for (const [key, other] of this.open) if (other === report) this.open.delete(key)
    if (report.matches.length === 0) return
    this.collector.add(report.draft(this.boots.kernel, atEnd), this.boots.line)
  }
}

const FOLLOW_ON = new Set(['fatal-exception', 'on-warn', 'lockup', 'hardware'])

const takesPanic = (report: OpenReport, found: HeadMatch): boolean => {
  if (report.matches.length === 0) return true
  if (report.matches.some((other) => other.head.layer === 'panic')) return false
  const lead = leadOf(report.matches)
  const sameCause = found.kind === 'stack' && lead.kind === 'stack-overflow'
  return FOLLOW_ON.has(found.kind) || sameCause || (!report.hasStack && lead.head.bare !== true)
}

const absorbs = (report: OpenReport, found: HeadMatch): boolean => {
  if (report.matches.length === 0) return true
  const lead = leadOf(report.matches)
  const layer = found.head.layer ?? 'report'
  if (lead.family.name === 'oom' && found.family.name === 'oom')
    return layer === 'cause' && !report.matches.some((m) => m.head.layer === 'cause')
  if (report.hasStack || report.ended || layer === 'panic') return false
  return report.matches.every((other) => (other.head.layer ?? 'report') !== layer)
}

/** Reads a console log of any length, chunk by chunk, in constant memory. */
export const createSplatReader = (options: ReadOptions = {}): SplatReader => {
  const engine = new Engine(options)
  const source = makeLineSource(engine, find)
  let held = ''
  let ended: readonly Splat[] | null = null
  let lines = 0
  const push = (chunk: Uint8Array | string): void => {
    if (typeof chunk !== 'string') {
      source.push(chunk)
      return
    }
    // A surrogate pair torn between two strings must be put together before it is encoded.
    const text = held + chunk
    held = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : ''
    source.push(held === '' ? text : text.slice(0, -1))
  }
  const end = (): readonly Splat[] => {
    if (ended !== null) return ended
    if (held !== '') source.push(held)
    lines = source.end()
    engine.finish()
    ended = engine.collector.finish()
    return ended
  }
  return {
    push,
    end,
    get stats() {
      return { lines, dropped: engine.collector.dropped }
    },
  }
}

/** Reads a whole log at once. */
export const readSplats = (input: Uint8Array | string, options: ReadOptions = {}): readonly Splat[] => {
  const reader = createSplatReader(options)
  reader.push(input)
  return reader.end()
}
