// SPDX-License-Identifier: MIT
import { Generations } from './generations.ts'
import type { Message } from './prefix.ts'
import { toRecords } from './record.ts'
import { type Shape, shapeOf } from './shape.ts'
import { endsLine, isMasked, isText, Masked, mixed } from './values.ts'

const NEWLINE = 10
const BLANK = 0x20
const OPEN = 0x5b
const CLOSE = 0x5d
const DOT = 0x2e
const UPPER_C = 0x43
const UPPER_T = 0x54
const ZERO = 0x30

/** A stamp begins a line, or ends another prefix of at most this length, such as that of syslog. */
const MAX_HEAD = 80

/** What is before the message. */
const NO_PREFIX = 1
const STAMP = 2
const CALLER = 3

/** A line without its stamp, its caller and its values: what is known of all lines that differ in these alone. */
export interface Form {
  readonly kind: number
  /** What is before the stamp. */
  readonly head: string
  /** The line behind its prefix, without values. */
  readonly rest: string
  /** Where the message begins in it, and how many characters are behind the message. */
  readonly skip: number
  readonly behind: number
  readonly shape: Shape
  readonly origin: Message['origin']
  /** A trigger word is in it. */
  readonly hasWord: boolean
  /** Where the values begin in it. */
  readonly values: readonly number[]
  /** The form that came after it last, and the one before that: a frame stands in more than one stack. */
  next: Form | undefined
  other: Form | undefined
}

const isDigit = (code: number | undefined): boolean => code !== undefined && code >= ZERO && code <= 0x39

const MOST = 4 * 1024 * 1024
// `false` for what has no form: several messages in a line, or a stamp in another prefix.
const known = new Generations<number, Form | false>(MOST, (form) =>
  form === false ? 50 : form.head.length + form.rest.length + 150,
)
/** Forms that were seen once: most lines of an ordinary log never come again. */
const seen = new Int32Array(1 << 16)
const callers = new Map<number, string>()
const MOST_CALLERS = 4096

/** About how many bytes the forms take that are remembered. @internal */
export const formsWeight = (): number => known.weight

/** Reads lines in the form that most consoles print, as `plain.ts` does, from bytes and by what is known of their forms. */
class FormReader {
  timeS: number | undefined
  caller: string | undefined
  /** Where the message begins in the line. */
  from = 0
  /** Where the line ends in the bytes. */
  end = 0
  /** The line was not found, and has nothing but printable ASCII and tabs. */
  isPrintable = false
  /** The line was not found, and none of its form came before, or long ago. */
  isNew = false
  readonly #masked = new Masked()
  #kind = NO_PREFIX
  #headLength = 0
  #isReadable = false
  /** The form of the line before. */
  #last: Form | undefined

  /** The form of the line at a place, if it is known; `timeS`, `caller`, `from` and `end` are then those of the line. */
  find(bytes: Uint8Array, at: number, to: number): Form | undefined {
    const rest = this.#prefix(bytes, at, to)
    const last = this.#last
    const form =
      this.#guess(last?.next, bytes, at, rest) ??
      this.#guess(last?.other, bytes, at, rest) ??
      this.#known(bytes, at, rest, to)
    if (form !== undefined && last !== undefined && last.next !== form) {
      last.other = last.next
      last.next = form
    }
    this.#last = form
    if (form !== undefined) this.from = rest - at + form.skip
    return form
  }

  /** A form that came after the last one before, if this line has it: reports repeat their lines in order. */
  #guess(form: Form | undefined, bytes: Uint8Array, line: number, from: number): Form | undefined {
    if (form === undefined || !this.#hasPrefix(form, bytes, line)) return undefined
    const { rest, values } = form
    const end = from + rest.length
    if (!endsLine(bytes, end, bytes.length) || !isMasked(rest, values, bytes, from)) return undefined
    this.end = end
    return form
  }

  /** Whether a form has what is before the stamp of a line, and a stamp and a caller as it has. */
  #hasPrefix({ kind, head }: Form, bytes: Uint8Array, line: number): boolean {
    return kind === this.#kind && head.length === this.#headLength && isText(head, bytes, line)
  }

  #seed(bytes: Uint8Array, line: number): number {
    let seed = this.#kind
    for (let at = line; at < line + this.#headLength; at += 1) seed = mixed(seed, bytes[at]!)
    return seed
  }

  #known(bytes: Uint8Array, line: number, from: number, to: number): Form | undefined {
    const masked = this.#masked
    this.#isReadable = masked.read(bytes, from, to, this.#seed(bytes, line))
    this.isPrintable = this.#isReadable && this.#headLength === 0
    this.isNew = false
    if (!this.#isReadable) return undefined
    this.end = masked.end
    const form = known.get(masked.hash)
    // With another prefix, such as a clock, the text may be known where the form is not.
    this.isNew = form === undefined && this.#headLength === 0 && seen[masked.hash & (seen.length - 1)] !== masked.hash
    if (form === false) this.#isReadable = false
    return form !== undefined && form !== false && this.#hasPrefix(form, bytes, line) && this.#masked.is(form.rest)
      ? form
      : undefined
  }

  /** Forgets the bytes that were read last. */
  release(): void {
    this.#masked.release()
  }

  /** Learns the form of the line that was not found, when it comes again. */
  learn(raw: string, hasWord: boolean): void {
    const { hash } = this.#masked
    if (!this.#isReadable) return
    const place = hash & (seen.length - 1)
    if (seen[place] === hash) known.set(hash, this.#formOf(raw, hasWord) ?? false)
    else seen[place] = hash
  }

  #formOf(raw: string, hasWord: boolean): Form | undefined {
    const line = Buffer.from(raw, 'latin1')
    const start = this.#prefix(line, 0, line.length)
    const masked = this.#masked
    if (!masked.read(line, start, line.length, 0)) return undefined
    const [record, other] = toRecords(raw, 0)
    if (record === undefined || other !== undefined || record.cut || !record.isLiteral) return undefined
    if (record.timeS !== this.timeS || record.caller !== this.caller) return undefined
    const { text, origin } = record
    const rest = raw.slice(start).trimEnd()
    const skip = rest.length - text.length
    if (!rest.endsWith(text) || (masked.pidAt >= 0 && masked.pidAt < skip)) return undefined
    return {
      kind: this.#kind,
      head: raw.slice(0, this.#headLength),
      rest: masked.text,
      skip,
      behind: raw.length - start - rest.length,
      shape: shapeOf(text),
      origin,
      hasWord,
      values: masked.values,
      next: undefined,
      other: undefined,
    }
  }

  /** Reads up to the stamp and the caller, where a line has them; returns where the rest begins. */
  #prefix(bytes: Uint8Array, from: number, to: number): number {
    this.timeS = undefined
    this.caller = undefined
    this.#kind = NO_PREFIX
    this.#headLength = 0
    const last = Math.min(to, from + MAX_HEAD)
    for (let at = from; at < last && bytes[at] !== NEWLINE; at += 1) {
      if (bytes[at] !== OPEN) continue
      const rest = this.#stampAt(bytes, at, to)
      if (rest === at) continue
      this.#headLength = at - from
      return rest
    }
    return from
  }

  /** Reads `[   12.345678][  T12]`, the form of nearly all; returns where it ends. */
  #stampAt(bytes: Uint8Array, from: number, to: number): number {
    if (from + 14 > to) return from
    let at = from + 1
    while (bytes[at] === BLANK && at < from + 7) at += 1
    let whole = 0
    const dot = at
    for (; isDigit(bytes[at]); at += 1) whole = whole * 10 + bytes[at]! - ZERO
    if (at === dot || at > dot + 7 || bytes[at] !== DOT || at + 8 > to) return from
    let part = 0
    const last = at + 7
    for (at += 1; at < last && isDigit(bytes[at]); at += 1) part = part * 10 + bytes[at]! - ZERO
    if (at !== last || bytes[at] !== CLOSE) return from
    this.timeS = (whole * 1_000_000 + part) / 1_000_000
    this.#kind = STAMP
    return this.#callerAt(bytes, at + 1, to)
  }

  #callerAt(bytes: Uint8Array, from: number, to: number): number {
    if (bytes[from] !== OPEN) return from
    let at = from + 1
    while (bytes[at] === BLANK) at += 1
    const letter = bytes[at]
    if (letter !== UPPER_T && letter !== UPPER_C) return from
    at += 1
    const first = at
    let number = 0
    for (; isDigit(bytes[at]) && at < first + 7; at += 1) number = number * 10 + bytes[at]! - ZERO
    if (at === first || bytes[at] !== CLOSE || at >= to || (bytes[first] === ZERO && at > first + 1)) return from
    this.caller = this.#callerNamed(number * 2 + (letter === UPPER_T ? 1 : 0), letter, number)
    this.#kind = CALLER
    return at + 1
  }

  #callerNamed(key: number, letter: number, number: number): string {
    const before = callers.get(key)
    if (before !== undefined) return before
    if (callers.size >= MOST_CALLERS) callers.clear()
    const name = `${String.fromCharCode(letter)}${number}`
    callers.set(key, name)
    return name
  }
}

/** There is one for all lines: what it found last is read at once. */
export const forms = new FormReader()
