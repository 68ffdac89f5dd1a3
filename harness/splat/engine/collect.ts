// SPDX-License-Identifier: MIT
import type { LogRecord } from '../lines/record.ts'
import { machineSplat } from '../machine.ts'
import type { Splat } from '../model.ts'
import { buildSplat, type Draft } from './build.ts'
import { linkConsequences } from './consequence.ts'
import type { ReadOptions } from './options.ts'

const MAX_SPLATS = 1000
const MAX_RAW_BYTES = 32 * 1024 * 1024

/** Keeps the finished reports, bounded. */
export class Collector {
  dropped = 0
  private readonly splats: { splat: Splat; boot: number }[] = []
  private readonly seen = new Set<string>()
  private readonly options: ReadOptions
  private rawBytes = 0

  constructor(options: ReadOptions) {
    this.options = options
  }

  add(draft: Draft, boot: number): void {
    if (this.full) {
      this.dropped += 1
      return
    }
    const splat = buildSplat(draft)
    if (splat === null || (this.options.expectOomKills === true && splat.family === 'oom')) return
    if (this.isReprint(splat)) return
    this.keep(splat, boot)
  }

  reboot(record: LogRecord, kernel: string | null): void {
    if (this.full) return
    this.keep(
      machineSplat('unexpected-reboot', { kernel, line: record.line, lines: [record.raw ?? record.text] }),
      record.line - 1,
    )
  }

  hasSplatSince(line: number): boolean {
    return this.splats.some(({ splat }) => splat.line >= line)
  }

  private get full(): boolean {
    return this.splats.length >= (this.options.maxSplats ?? MAX_SPLATS)
  }

  finish(): readonly Splat[] {
    const sorted = this.splats.sort((a, b) => a.splat.line - b.splat.line)
    return linkConsequences(sorted)
  }

  // `dmesg` printed at the end of a console log tells every report again, with the same time stamps.
  private isReprint(splat: Splat): boolean {
    if (splat.timeS === null || splat.timeS === 0) return false
    const key = `${splat.timeS} ${splat.title} ${splat.pid}`
    if (this.seen.has(key)) return true
    if (this.seen.size < 100_000) this.seen.add(key)
    return false
  }

  private keep(splat: Splat, boot: number): void {
    this.rawBytes += splat.lines.reduce((sum, line) => sum + line.length, 0)
    const kept = this.rawBytes > MAX_RAW_BYTES ? { ...splat, lines: splat.lines.slice(0, 1) } : splat
    this.splats.push({ splat: kept, boot })
    this.options.onSplat?.(kept)
  }
}
