// SPDX-License-Identifier: MIT
import { type GuestRecord, parseRecord, readTestimony, type Sample, type Testimony } from '../guest/records.ts'
import { LineSplitter } from '../lib/process/lines.ts'
import { cleanLine } from '../lib/text/clean.ts'
import type { Emit } from '../model/events.ts'
import { type ConsoleHealth, ConsoleWatch, createSplatReader, type Splat } from '../splat/index.ts'
import type { Loaded } from '../vm/debug/script.ts'
import type { BootListener } from '../vm/machine.ts'
import type { Phase } from '../vm/watchdog.ts'

const KEPT_LINES = 40

// KASAN reports each bad access. A loop of them takes minutes to print, and says the same again and again.
const FLOOD_REPORTS = 100

// The most important counter of the lane comes first, because a narrow terminal cuts off the end.
const counters = ({ lane, elapsedMs, zswap, race, pages }: Sample): string => {
  const hits = race && race.windows > 0 ? [`${race.hits} hits in ${race.windows} holds`] : []
  const swapped = [`${zswap?.written_back_pages ?? 0} written back`, `${zswap?.stored_pages ?? 0} stored`]
  const all = [...swapped, `${pages.verified} verified`]
  return `${lane} ${Math.round(elapsedMs / 1000)} s: ${(lane === 'race' ? [...hits, ...all] : [...all, ...hits]).join(', ')}`
}

/** The progress of the lanes, and the time that the rest takes at the pace so far: a lane takes longer than its seconds. */
class Pace {
  readonly #plannedMs: number
  #startMs: number | undefined
  #doneMs = 0
  #laneMs = 0

  constructor(plannedS: number) {
    this.#plannedMs = Math.max(1, plannedS) * 1000
  }

  begin(ms: number, seconds: number): void {
    this.#startMs ??= ms
    this.#doneMs += this.#laneMs
    this.#laneMs = seconds * 1000
  }

  at(ms: number, elapsedMs: number): { readonly fraction: number; readonly remainingMs: number } {
    const done = this.#doneMs + Math.min(elapsedMs, this.#laneMs)
    const fraction = Math.min(0.99, done / this.#plannedMs)
    const remainingMs = ((ms - (this.#startMs ?? ms)) * (1 - fraction)) / Math.max(fraction, 0.01)
    return { fraction, remainingMs: Math.max(0, remainingMs) }
  }
}

const progressReporter = (emit: Emit, scope: string, plannedS: number): ((record: GuestRecord) => void) => {
  const pace = new Pace(plannedS)
  return (record) => {
    if (record.t === 'hello')
      emit({ type: 'step', scope, step: 'boot', state: 'done', detail: `${record.release}, ${record.cpusOnline} CPUs` })
    if (record.t === 'laneStart') {
      pace.begin(record.ms, record.seconds)
      emit({ type: 'step', scope, step: 'lane', state: 'start', detail: record.lane })
      emit({ type: 'progress', scope, step: 'lane', fraction: pace.at(record.ms, 0).fraction, detail: record.lane })
    }
    if (record.t === 'notice') emit({ type: 'note', scope, level: 'info', text: `guest: ${record.text}` })
    if (record.t === 'sample')
      emit({ type: 'progress', scope, step: 'lane', ...pace.at(record.ms, record.elapsedMs), detail: counters(record) })
  }
}

/** Reads the console and the records of a running guest, and derives its phase from them. */
export class GuestListener implements BootListener {
  readonly lastConsoleLines: string[] = []
  readonly #recordLines: string[] = []
  readonly #watch = new ConsoleWatch()
  readonly #splitter = new LineSplitter((line) => this.#keep(line))
  readonly #reader = createSplatReader({
    expectOomKills: true,
    // One console is short. A verdict rests on what is read of it, never on what was read before.
    remember: false,
    onHeader: ({ family, panicked }) => {
      this.#panicked ||= panicked
      this.#sawSplat ||= family !== 'oom'
      if (family === 'kasan') this.#kasanReports += 1
    },
  })
  readonly #report: (record: GuestRecord) => void
  #panicked = false
  #sawSplat = false
  #loadedModules: Loaded = {}
  #kasanReports = 0
  #firstRecordMs: number | undefined

  constructor(emit: Emit, scope: string, plannedS: number) {
    this.#report = progressReporter(emit, scope, plannedS)
  }

  readonly onConsole = (chunk: Uint8Array): Phase | undefined => {
    this.#reader.push(chunk)
    this.#splitter.push(chunk)
    return this.#ending
  }

  readonly onRecord = (line: string): Phase | undefined => {
    this.#recordLines.push(line)
    this.#firstRecordMs ??= performance.now()
    const parsed = parseRecord(line)
    if (!('record' in parsed)) return undefined
    this.#report(parsed.record)
    if (parsed.record.t === 'hello') this.#loadedModules = { zsharness_hold: parsed.record.holdSections }
    return this.#ending ?? (parsed.record.t === 'end' ? 'last-words' : 'lanes')
  }

  get #ending(): Phase | undefined {
    if (this.#kasanReports > FLOOD_REPORTS) return 'flood'
    return this.#panicked ? 'last-words' : undefined
  }

  /** Whether the kernel has begun a report. A program of the user may take all the memory that it may have. */
  get sawSplat(): boolean {
    return this.#sawSplat
  }

  /** Where the sections of the guest's modules are. */
  get loadedModules(): Loaded {
    return this.#loadedModules
  }

  /** The time of the first record, on the clock of performance.now(). */
  get firstRecordMs(): number | undefined {
    return this.#firstRecordMs
  }

  /** All that the guest reported. */
  close(): { readonly testimony: Testimony; readonly splats: readonly Splat[]; readonly console: ConsoleHealth } {
    this.#splitter.end()
    const testimony = readTestimony(this.#recordLines)
    return { testimony, splats: this.#reader.end(), console: this.#watch.health }
  }

  #keep(line: string): void {
    this.#watch.see(line)
    this.lastConsoleLines.push(cleanLine(line.trimEnd()))
    if (this.lastConsoleLines.length > KEPT_LINES) this.lastConsoleLines.shift()
  }
}
