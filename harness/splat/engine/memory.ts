// SPDX-License-Identifier: MIT
import { matchHead } from '../families.ts'
import { Generations } from '../lines/generations.ts'
import { lookup, type Shape, shapeOf } from '../lines/shape.ts'
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

const pidAt = (text: string, at: number): number => {
  let pid = 0
  for (let i = at; i < text.length; i += 1) {
    const digit = text.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) break
    pid = pid * 10 + digit
  }
  return pid
}

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

/** The numbers of processes that are values in a report, in the order in which they come first. */
class Pids {
  readonly #inText = new Set<number>()
  readonly #values: number[] = []

  constructor(records: readonly Text[]) {
    for (const { shape } of records) {
      const pid = pidInText(shape)
      if (pid !== undefined) this.#inText.add(pid)
    }
  }

  /** Stands for a number: itself, where the text of the report has it too. */
  standIn(pid: number): number {
    if (this.#inText.has(pid)) return pid
    const before = this.#values.indexOf(pid)
    return ANY_PID + 1 + (before < 0 ? this.#values.push(pid) - 1 : before)
  }

  valueOf(standIn: number | null): number | null {
    return standIn === null ? null : (this.#values[standIn - ANY_PID - 1] ?? standIn)
  }
}

/** Reads reports, each that is new once. */
class ReportMemory {
  readonly #key = new Int32Array(2 * MAX_LINES + 3 * MAX_HEADS)
  #length = 0
  #hash = 0

  splatOf(draft: Unread): Splat | undefined {
    const { records, matches } = draft
    if (records.length > MAX_LINES || matches.length > MAX_HEADS || draft.isGlued) return buildSplat(plain(draft))
    const heads = matches.map(({ match }) => ({ text: match.input, shape: shapeOf(match.input) }))
    this.#begin(flagsOf(draft))
    if (!this.#addAll(heads) || !this.#addAll(records)) return buildSplat(plain(draft))
    const pids = this.#addPids(heads, records)
    const before = known.get(this.#hash)
    if (before !== undefined && this.#is(before.key))
      return before.splat && filled(before.splat, draft, pids)
    return this.#learn(draft, pids)
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

  #addPids(heads: readonly Text[], records: readonly Text[]): Pids | undefined {
    let pids: Pids | undefined
    for (const texts of [heads, records])
      for (const { text, shape } of texts) {
        if (shape.pidAt < 0) continue
        pids ??= new Pids(records)
        this.#put(pids.standIn(pidAt(text, shape.pidAt)))
      }
    return pids
  }

  #learn(draft: Unread, pids: Pids | undefined): Splat | undefined {
    const key = this.#key.slice(0, this.#length)
    const general = generalOf(draft, pids)
    if (general === undefined) return buildSplat(plain(draft))
    const splat = buildSplat(general)
    if (splat !== undefined && showsStandIn(splat)) return buildSplat(plain(draft))
    known.set(this.#hash, { key, splat: splat && frozen(splat) })
    return splat && filled(splat, draft, pids)
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

const general = (shape: Shape, text: string, pids: Pids | undefined): string => {
  if (shape.pidAt < 0 || pids === undefined) return shape.text
  const standIn = pids.standIn(pidAt(text, shape.pidAt))
  return `${shape.text.slice(0, shape.pidAt)}${standIn}${shape.text.slice(shape.pidAt + `${ANY_PID}`.length)}`
}

/** The draft with stand-ins for its values; undefined where one of its header lines is not the same with them. */
const generalOf = ({ records, ...draft }: Unread, pids: Pids | undefined): Draft | undefined => {
  const matches = draft.matches.flatMap((one) => {
    const shape = shapeOf(one.match.input)
    const found = shape.isExact ? one : matchHead(general(shape, one.match.input, pids))
    return found?.head === one.head && found.kind === one.kind ? [found] : []
  })
  if (matches.length < draft.matches.length) return undefined
  return { ...draft, matches, raws: [], kernel: undefined, texts: records.map(({ shape, text }) => general(shape, text, pids)) }
}

// A stand-in belongs nowhere but where the number of the process is.
const showsStandIn = (splat: Splat): boolean => JSON.stringify({ ...splat, pid: null }).includes('41900')

const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}

/** The splat of a report, from that of the same report with other values. */
const filled = (splat: Splat, { raws, line, timeS, kernel }: Unread, pids: Pids | undefined): Splat => ({
  family: splat.family,
  kind: splat.kind,
  title: splat.title,
  function: splat.function,
  lines: raws as string[],
  corrupted: splat.corrupted,
  access: splat.access,
  task: splat.task,
  pid: pids === undefined ? splat.pid : pids.valueOf(splat.pid),
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
