// SPDX-License-Identifier: MIT
import { type HeadMatch, matchHead } from '../families.ts'
import { Generations } from '../lines/generations.ts'
import { lookup, question, type Shape, shapeOf } from '../lines/shape.ts'
import { ANY_PID } from '../lines/values.ts'
import type { Splat } from '../model.ts'
import { parseTask, parseWhere } from '../parse/facts.ts'
import { buildSplat, type Draft } from './build.ts'
import type { Line } from './line.ts'

/** A draft whose lines are not read yet. */
export interface Unread extends Omit<Draft, 'texts'> {
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

/**
 * Lines that the parser compares with one another: the one where a lock is taken, with those of the calls inlined there,
 * and the header line. Whether their addresses are equal is a part of what is known.
 */
const isCompared = question((text) => text.includes('at: ') || matchHead(text) !== undefined)

const ADDRESS_LENGTH = 16
const PID_LENGTH = `${ANY_PID}`.length
const ADDRESS = /\bffff[0-9a-f]{4}0{8}\b/g

/** Where the addresses are that count in this shape. */
const addressesAt = lookup((shape: Shape): readonly number[] =>
  shape.isExact || !isCompared(shape) ? [] : [...shape.text.matchAll(ADDRESS)].map(({ index }) => index),
)

type Text = Pick<Line, 'text' | 'shape'>

const MAX_LINES = 1000
const MAX_HEADS = 16
// The lines of all reports that are remembered, twice: what is kept of a line is less than a frame.
const MOST_LINES = 65_536
const known = new Generations<number, Known>(MOST_LINES, ({ key }) => key.length)

/** How many lines the remembered reports have. */
export const linesKept = (): number => known.weight

/** The number of a process that is in the shape itself, where a line names its task. */
const pidInText = lookup(({ text }: Shape) => {
  const pid = parseWhere(text)?.pid ?? parseTask(text)?.pid
  return pid === ANY_PID ? undefined : pid
})

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

/** The place of an item among all, behind which it is added if it is new. */
const placeIn = <Item>(all: Map<Item, number>, item: Item): number => {
  const place = all.get(item) ?? all.size
  all.set(item, place)
  return place
}

const replaced = (text: string, at: number, by: string, length = by.length): string =>
  text.slice(0, at) + by + text.slice(at + length)

/** The values of a report that are compared, in the order in which they come first. */
class Values {
  readonly #pids = new Map<number, number>()
  readonly #addresses = new Map<string, number>()
  readonly #records: readonly Text[]
  #pidsInText: ReadonlySet<number> | undefined

  constructor(records: readonly Text[]) {
    this.#records = records
  }

  /** Stands for the number of a process: itself, where the text of the report has it too. */
  pid({ text, shape }: Text): number {
    const pid = Number.parseInt(text.slice(shape.pidAt, shape.pidAt + PID_LENGTH), 10)
    this.#pidsInText ??= new Set(this.#records.flatMap((record) => pidInText(record.shape) ?? []))
    return this.#pidsInText.has(pid) ? pid : ANY_PID + 1 + placeIn(this.#pids, pid)
  }

  /** Stands for the address that is at this place of the shape. */
  address({ text, shape }: Text, at: number): number {
    // Only behind a number of a process are the places in the text others.
    const shift = shape.pidAt >= 0 && shape.pidAt < at ? text.length - shape.text.length : 0
    return placeIn(this.#addresses, text.slice(at + shift, at + shift + ADDRESS_LENGTH))
  }

  /** The text with stand-ins. */
  general(line: Text): string {
    const { shape } = line
    if (shape.isExact) return shape.text
    let { text } = shape
    for (const at of addressesAt(shape)) text = replaced(text, at + 8, `${this.address(line, at)}`.padStart(8, '0'))
    return shape.pidAt < 0 ? text : replaced(text, shape.pidAt, `${this.pid(line)}`, PID_LENGTH)
  }

  /** The number of the process for which a number stands. */
  pidOf(standIn: number | null): number | null {
    for (const [pid, place] of this.#pids) if (ANY_PID + 1 + place === standIn) return pid
    return standIn
  }
}

/** Reads reports, each that is new once. */
class ReportMemory {
  readonly #key = new Int32Array(32 * (MAX_LINES + MAX_HEADS))
  #length = 0
  #hash = 0

  splatOf(draft: Unread): Splat | undefined {
    const { records, matches } = draft
    if (records.length > MAX_LINES || matches.length > MAX_HEADS || draft.isGlued) return buildSplat(plain(draft))
    const heads = matches.map(({ match }) => ({ text: match.input, shape: shapeOf(match.input) }))
    this.#begin(flagsOf(draft))
    if (!this.#addAll(heads) || !this.#addAll(records)) return buildSplat(plain(draft))
    const values = new Values(records)
    this.#addValues(values, heads)
    this.#addValues(values, records)
    const before = known.get(this.#hash)
    if (before !== undefined && this.#is(before.key)) return before.splat && filled(before.splat, draft, values)
    return this.#learn(draft, heads, values)
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

  #addValues(values: Values, lines: readonly Text[]): void {
    for (const line of lines) {
      const { shape } = line
      if (shape.isExact) continue
      if (shape.pidAt >= 0) this.#put(values.pid(line))
      for (const at of addressesAt(shape)) this.#put(values.address(line, at))
    }
  }

  #learn(draft: Unread, heads: readonly Text[], values: Values): Splat | undefined {
    const key = this.#key.slice(0, this.#length)
    const general = generalOf(draft, heads, values)
    if (general === undefined) return buildSplat(plain(draft))
    const splat = buildSplat(general)
    if (splat !== undefined && showsStandIn(splat)) return buildSplat(plain(draft))
    known.set(this.#hash, { key, splat: splat && frozen(splat) })
    return splat && filled(splat, draft, values)
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

const plain = ({ records, ...draft }: Unread): Draft => ({ ...draft, texts: records.map(({ text }) => text) })

/** The draft with stand-ins for its values; undefined where one of its header lines is not the same with them. */
const generalOf = ({ records, ...draft }: Unread, heads: readonly Text[], values: Values): Draft | undefined => {
  const matches: HeadMatch[] = []
  for (const [index, match] of draft.matches.entries()) {
    const line = heads[index]!
    const found = line.shape.isExact ? match : matchHead(values.general(line))
    if (found?.head !== match.head || found.kind !== match.kind) return undefined
    matches.push(found)
  }
  const texts = records.map((record) => values.general(record))
  return { ...draft, matches, raws: [], kernel: undefined, texts }
}

// A stand-in belongs nowhere but where the number of the process is.
const STAND_IN = /41900\d\d|ffff[0-9a-f]{4}0{5}/
const showsStandIn = (splat: Splat): boolean => STAND_IN.test(JSON.stringify({ ...splat, pid: null }))

const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}

/** The splat of a report, from that of the same report with other values. */
const filled = (splat: Splat, { raws, line, timeS, kernel }: Unread, values: Values): Splat => ({
  family: splat.family,
  kind: splat.kind,
  title: splat.title,
  function: splat.function,
  lines: raws as string[],
  corrupted: splat.corrupted,
  access: splat.access,
  task: splat.task,
  pid: values.pidOf(splat.pid),
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
