// SPDX-License-Identifier: MIT
import type { LogRecord } from '../lines/record.ts'
import type { Splat } from '../model.ts'
import { buildSplat } from './build.ts'
import { linkConsequences } from './consequence.ts'
import { plain, splatOf, type Unread } from './memory.ts'
import type { ReadOptions } from './options.ts'
import { rebootSplat } from './reboot.ts'
import type { OpenReport } from './report.ts'

const MAX_SPLATS = 1000
const MAX_RAW_BYTES = 32 * 1024 * 1024
const MAX_SEEN = 100_000

/** Keeps the finished reports, up to a limit. */
export class Collector {
  dropped = 0
  readonly #splats: { splat: Splat; boot: number }[] = []
  readonly #seen = new Set<string>()
  readonly #options: ReadOptions
  #rawBytes = 0
  /** The highest line on which a report begins. */
  #lastLine = -1

  constructor(options: ReadOptions) {
    this.#options = options
  }

  /** Takes what is known of some reports; what is beyond the limit is counted and not read. */
  file(report: OpenReport, draftsOf: () => readonly Unread[], boot: number): void {
    if (this.#full) this.dropped += report.count
    else for (const draft of draftsOf()) this.#add(draft, boot)
  }

  #add(draft: Unread, boot: number): void {
    if (this.#full) {
      this.dropped += 1
      return
    }
    const splat = this.#options.remember === false ? buildSplat(plain(draft)) : splatOf(draft)
    if (splat === undefined || (this.#options.expectOomKills === true && splat.family === 'oom')) return
    if (this.#isReprint(splat)) return
    this.#keep(splat, boot)
  }

  reboot(record: LogRecord, kernel: string | undefined): void {
    if (!this.#full) this.#keep(rebootSplat(record, kernel), record.line - 1)
  }

  hasSplatSince(line: number): boolean {
    return this.#lastLine >= line
  }

  finish(): readonly Splat[] {
    return linkConsequences(this.#splats.sort((a, b) => a.splat.line - b.splat.line))
  }

  get #full(): boolean {
    return this.#splats.length >= (this.#options.maxSplats ?? MAX_SPLATS)
  }

  // `dmesg` printed at the end of a console log repeats every report, with the same time stamps.
  #isReprint(splat: Splat): boolean {
    if (splat.timeS === null || splat.timeS === 0) return false
    const key = `${splat.timeS} ${splat.title} ${splat.pid}`
    if (this.#seen.has(key)) return true
    if (this.#seen.size < MAX_SEEN) this.#seen.add(key)
    return false
  }

  #keep(splat: Splat, boot: number): void {
    this.#rawBytes += splat.lines.reduce((sum, line) => sum + line.length, 0)
    const kept = this.#rawBytes > MAX_RAW_BYTES ? { ...splat, lines: splat.lines.slice(0, 1) } : splat
    this.#splats.push({ splat: kept, boot })
    this.#lastLine = Math.max(this.#lastLine, splat.line)
    this.#options.onSplat?.(kept)
  }
}
