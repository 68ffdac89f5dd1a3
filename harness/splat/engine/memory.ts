// SPDX-License-Identifier: MIT
import { type HeadMatch, matchHead } from '../families.ts'
import { Generations } from '../lines/generations.ts'
import { shapeOf, type Text } from '../lines/shape.ts'
import type { Splat } from '../model.ts'
import { buildSplat, type Draft } from './build.ts'
import type { Line } from './line.ts'
import { addressesIn, StandIns } from './stand-ins.ts'

/** A draft whose lines are not read yet. */
export interface Unread extends Omit<Draft, 'lines'> {
  readonly records: readonly Line[]
}

/**
 * What was read of a report. Its lines are those of all reports with the same shapes in the same order, in which the
 * numbers of processes are equal, and equal to those of its text, at the same places. Nothing else of the lines has a
 * part in the splat: a report is read with stand-ins for its values, also where it is not known.
 */
interface Known {
  readonly key: Int32Array
  readonly splat: Splat | undefined
}

const MAX_LINES = 1500
const MAX_HEADS = 16
// A line has 1000 characters, and so fewer values.
const MAX_VALUES = 64
// The lines of all reports that are remembered, twice: what is kept of a line is less than a frame.
const MOST_LINES = 131_072
const known = new Generations<number, Known>(MOST_LINES, ({ key }) => key.length)

/** How many lines the remembered reports have. @internal */
export const linesKept = (): number => known.weight

const flagsOf = (draft: Unread): number =>
  (draft.atEnd ? 1 : 0) |
  (draft.torn ? 2 : 0) |
  (draft.mixed === 'yes' ? 4 : draft.mixed === 'maybe' ? 8 : 0) |
  (draft.isGuess === true ? 16 : 0) |
  (draft.isGlued ? 32 : 0) |
  (draft.cut ? 64 : 0) |
  (draft.fromKernel ? 128 : 0) |
  (draft.isListed ? 256 : 0) |
  (draft.timeS === undefined ? 512 : 0)

/** Reads reports, each that is new once. */
class ReportMemory {
  readonly #key = new Int32Array(MAX_VALUES * (MAX_LINES + MAX_HEADS))
  #length = 0
  #hash = 0

  splatOf(draft: Unread): Splat | undefined {
    const { records, matches } = draft
    if (records.length > MAX_LINES || matches.length > MAX_HEADS || draft.isGlued) return buildSplat(plain(draft))
    const heads = matches.map(({ match }) => ({ text: match.input, shape: shapeOf(match.input) }))
    this.#begin(flagsOf(draft))
    if (!this.#addAll(heads) || !this.#addAll(records)) return buildSplat(plain(draft))
    const standIns = new StandIns(records)
    this.#addValues(standIns, heads)
    this.#addValues(standIns, records)
    const before = known.get(this.#hash)
    if (before !== undefined && this.#is(before.key)) return before.splat && filled(before.splat, draft, standIns)
    return this.#learn(draft, heads, standIns)
  }

  /** False where the shape of a text is not remembered. */
  #addAll(texts: readonly Text[]): boolean {
    for (const { shape } of texts) {
      if (shape.id === 0) return false
      this.#put(shape.id)
    }
    this.#put(0)
    return true
  }

  #addValues(standIns: StandIns, lines: readonly Text[]): void {
    for (const line of lines) {
      const { shape } = line
      if (shape.isExact) continue
      if (shape.pidAt >= 0) this.#put(standIns.pid(line))
      for (const at of addressesIn(shape)) this.#put(standIns.address(line, at))
    }
  }

  #learn(draft: Unread, heads: readonly Text[], standIns: StandIns): Splat | undefined {
    const key = this.#key.slice(0, this.#length)
    const general = generalOf(draft, heads, standIns)
    if (general === undefined || standIns.areExhausted) return buildSplat(plain(draft))
    const splat = buildSplat(general)
    if (splat !== undefined && !standIns.areHidden(splat)) return buildSplat(plain(draft))
    known.set(this.#hash, { key, splat: splat && frozen(splat) })
    return splat && filled(splat, draft, standIns)
  }

  #begin(flags: number): void {
    this.#length = 0
    this.#hash = 0x811c9dc5
    this.#put(flags)
  }

  #put(part: number): void {
    this.#key[this.#length] = part
    this.#length += 1
    this.#hash = Math.imul(this.#hash ^ part ^ (part >>> 13), 0x01000193)
  }

  #is(key: Int32Array): boolean {
    if (key.length !== this.#length) return false
    for (let at = 0; at < key.length; at += 1) if (key[at] !== this.#key[at]) return false
    return true
  }
}

/** The draft with its lines as they are. */
export const plain = (draft: Unread): Draft => asDraft(draft, draft.records)

const asDraft = (draft: Unread, lines: readonly Text[]): Draft => ({
  matches: draft.matches,
  lines,
  raws: draft.raws,
  line: draft.line,
  timeS: draft.timeS,
  kernel: draft.kernel,
  atEnd: draft.atEnd,
  torn: draft.torn,
  mixed: draft.mixed,
  isGuess: draft.isGuess,
  isGlued: draft.isGlued,
  cut: draft.cut,
  fromKernel: draft.fromKernel,
  isListed: draft.isListed,
})

const general = (line: Text, standIns: StandIns): Text => ({ text: standIns.general(line), shape: line.shape })

/** The draft with stand-ins for its values; undefined where one of its header lines is not the same with them. */
const generalOf = (draft: Unread, heads: readonly Text[], standIns: StandIns): Draft | undefined => {
  const matches: HeadMatch[] = []
  for (const [index, match] of draft.matches.entries()) {
    const line = heads[index]!
    const found = line.shape.isExact ? match : matchHead(standIns.general(line))
    if (found?.head !== match.head || found.kind !== match.kind) return undefined
    matches.push(found)
  }
  const lines = draft.records.map((record) => (record.shape.isExact ? record : general(record, standIns)))
  const timeS = draft.timeS === undefined ? undefined : 0
  return { ...asDraft(draft, lines), matches, raws: [], line: 0, timeS, kernel: undefined }
}

const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}

/** The splat of a report, from that of the same report with other standIns. */
const filled = (splat: Splat, { raws, line, timeS, kernel }: Unread, standIns: StandIns): Splat => ({
  family: splat.family,
  kind: splat.kind,
  title: splat.title,
  function: splat.function,
  lines: raws as string[],
  corrupted: splat.corrupted,
  access: splat.access,
  task: splat.task,
  pid: standIns.pidOf(splat.pid),
  cpu: splat.cpu,
  kernel: splat.kernel ?? kernel ?? null,
  workqueue: splat.workqueue,
  frames: splat.frames,
  allocStack: splat.allocStack,
  freeStack: splat.freeStack,
  timeS: timeS ?? null,
  line,
  consequenceOf: null,
  bucket: splat.bucket,
  fingerprint: splat.fingerprint,
  guilty: splat.guilty,
})

/** What earlier reports of this process were: a report that comes again is not read again. */
const memory = new ReportMemory()

/** Makes the splat of a draft; undefined when nothing but the first line suggests that there is one. */
export const splatOf = (draft: Unread): Splat | undefined => memory.splatOf(draft)
