// SPDX-License-Identifier: MIT
import { type GuestRecord, parseRecord, readTestimony, type Testimony } from '../observe/records.ts'
import { LineSplitter } from '../proc/lines.ts'
import type { Emit } from '../progress/events.ts'
import { createSplatReader, type Splat } from '../splat/index.ts'
import type { BootListener } from '../vm/machine.ts'
import type { Phase } from '../vm/watchdog.ts'

const KEPT_LINES = 40
// What a terminal would obey.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** Hears a guest's console and records while it runs, and knows from them in which phase it is. */
export class Witness implements BootListener {
  readonly lastConsoleLines: string[] = []
  readonly #recordLines: string[] = []
  readonly #splitter = new LineSplitter((line) => this.#keep(line))
  readonly #reader = createSplatReader({
    expectOomKills: true,
    onHeader: ({ panicked }) => {
      this.#panicked ||= panicked
    },
  })
  readonly #tell: (record: GuestRecord) => void
  #panicked = false
  #firstRecordMs: number | undefined

  constructor(emit: Emit, scope: string, plannedS: number) {
    this.#tell = teller(emit, scope, plannedS)
  }

  readonly onConsole = (chunk: Uint8Array): Phase | undefined => {
    this.#reader.push(chunk)
    this.#splitter.push(chunk)
    return this.#panicked ? 'last-words' : undefined
  }

  readonly onRecord = (line: string): Phase | undefined => {
    this.#recordLines.push(line)
    this.#firstRecordMs ??= performance.now()
    const parsed = parseRecord(line)
    if (!('record' in parsed)) return undefined
    this.#tell(parsed.record)
    return parsed.record.t === 'end' ? 'last-words' : 'lanes'
  }

  /** When the first record came, on performance.now()'s clock. */
  get firstRecordMs(): number | undefined {
    return this.#firstRecordMs
  }

  close(): { readonly testimony: Testimony; readonly splats: readonly Splat[] } {
    this.#splitter.end()
    return { testimony: readTestimony(this.#recordLines), splats: this.#reader.end() }
  }

  #keep(line: string): void {
    this.lastConsoleLines.push(line.replace(CONTROL, ''))
    if (this.lastConsoleLines.length > KEPT_LINES) this.lastConsoleLines.shift()
  }
}

const counters = (record: Extract<GuestRecord, { t: 'sample' }>): string => {
  const { zswap, race, pages } = record
  const hits = race && race.windows > 0 ? `, ${race.hits} hits in ${race.windows} windows` : ''
  return `${record.lane} ${Math.round(record.elapsedMs / 1000)} s: ${zswap?.written_back_pages ?? 0} written back, ${zswap?.stored_pages ?? 0} stored, ${pages.verified} verified${hits}`
}

const teller = (emit: Emit, scope: string, plannedS: number): ((record: GuestRecord) => void) => {
  let doneMs = 0
  return (record) => {
    if (record.t === 'hello')
      emit({ type: 'step', scope, step: 'boot', state: 'done', detail: `${record.release}, ${record.cpusOnline} CPUs` })
    if (record.t === 'laneStart') emit({ type: 'step', scope, step: 'lane', state: 'start', detail: record.lane })
    if (record.t === 'laneEnd') doneMs += record.elapsedMs
    if (record.t === 'notice') emit({ type: 'note', scope, level: 'info', text: `guest: ${record.text}` })
    if (record.t !== 'sample') return
    const fraction = Math.min(0.99, (doneMs + record.elapsedMs) / 1000 / Math.max(1, plannedS))
    emit({ type: 'progress', scope, step: 'lane', fraction, detail: counters(record) })
  }
}
