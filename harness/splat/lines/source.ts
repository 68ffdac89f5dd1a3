// SPDX-License-Identifier: MIT
import { isAscii } from 'node:buffer'
import { codeAt } from '../codes.ts'
import { type Form, forms } from './forms.ts'
import type { WordFinder } from './words.ts'

/** Receives the lines. While it is idle, only lines that hold a trigger word are decoded. */
export interface LineSink {
  readonly idle: boolean
  /**
   * `isPrintable`: the line is known to have nothing but printable ASCII and tabs. `isNew`: it is not worth to be
   * remembered, because none of its form came before.
   */
  line(raw: string, number: number, hasWord: boolean, isPrintable: boolean, isNew: boolean): void
  /** A line of a form that came before; `forms` says what it found in this one. */
  readonly known?: ((raw: string, number: number, form: Form) => void) | undefined
}

/** Cuts bytes into lines. */
export interface LineSource {
  push(chunk: Uint8Array | string): void
  /** Delivers the last line when it has no newline; returns the number of lines. */
  end(): number
}

const NEWLINE = 10
const CR = 13
/** Longer lines are delivered in pieces: memory must stay bounded, and the kernel may go on in a line that another began. */
export const MAX_LINE_BYTES = 64 * 1024
const OPENING = 0x5b
// A time stamp and what stands before it in brackets fit.
const STAMP_BYTES = 64

const toBuffer = (chunk: Uint8Array | string): Buffer =>
  typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)

const withoutReturns = (text: string): string => {
  let end = text.length
  while (end > 0 && codeAt(text, end - 1) === CR) end -= 1
  return end === text.length ? text : text.slice(0, end)
}

const WINDOW = 16 * 1024

/** What is neither printable ASCII nor a tab. */
const CONTROL = /[^\t -~]/

/** Some lines, which are decoded at once where they are ASCII, as most are. */
class Window {
  readonly #bytes: Buffer
  readonly #from: number
  readonly #to: number
  /** Undefined where each line must be decoded by itself. */
  readonly #text: string | undefined
  readonly #hasReturns: boolean

  /** The lines from `from` on; at `to` there ends one. */
  constructor(bytes: Buffer, from: number, to: number) {
    this.#bytes = bytes
    this.#from = from
    const end = to - from > WINDOW ? bytes.lastIndexOf(NEWLINE, from + WINDOW) + 1 : to
    this.#to = end > from ? end : bytes.indexOf(NEWLINE, from) + 1
    const window = bytes.subarray(from, this.#to)
    this.#text = window.length <= MAX_LINE_BYTES && isAscii(window) ? window.toString('latin1') : undefined
    this.#hasReturns = this.#text?.includes('\r') ?? true
  }

  has(at: number): boolean {
    return at >= this.#from && at < this.#to
  }

  /** Where the newline of the line is. */
  endOf(at: number): number {
    return this.#text === undefined
      ? this.#bytes.indexOf(NEWLINE, at)
      : this.#text.indexOf('\n', at - this.#from) + this.#from
  }

  textOf(at: number, end: number): string {
    const text =
      this.#text === undefined
        ? this.#bytes.toString('utf8', at, end)
        : this.#text.slice(at - this.#from, end - this.#from)
    return this.#hasReturns ? withoutReturns(text) : text
  }

  /** The text of a line that is ASCII. */
  asciiOf(at: number, end: number): string {
    return this.#text === undefined
      ? this.#bytes.toString('latin1', at, end)
      : this.#text.slice(at - this.#from, end - this.#from)
  }
}

const NEWLINES = 0x0a0a0a0a
const LOW = 0x7f7f7f7f

// Only the top bit of each byte can be set.
const ones = (bits: number): number => (bits >>> 31) + ((bits >>> 23) & 1) + ((bits >>> 15) & 1) + ((bits >>> 7) & 1)

// Four bytes at once: a byte that is a newline is the only one whose bits all vanish.
const countNewlines = (bytes: Buffer, from: number, to: number): number => {
  let count = 0
  let at = from
  for (; at < to && ((bytes.byteOffset + at) & 3) !== 0; at += 1) if (bytes[at] === NEWLINE) count += 1
  if (at >= to) return count
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + at, (to - at) >> 2)
  for (let i = 0; i < words.length; i += 1) {
    const x = words[i]! ^ NEWLINES
    const zeros = ~(((x & LOW) + LOW) | x | LOW)
    if (zeros !== 0) count += ones(zeros)
  }
  for (at += words.length * 4; at < to; at += 1) if (bytes[at] === NEWLINE) count += 1
  return count
}

/** Where the piece ends that begins at `from`: at the limit, or before a bracket that may be cut there. */
const pieceEnd = (bytes: Buffer, from: number, to: number): number => {
  const limit = from + MAX_LINE_BYTES
  if (to <= limit) return to
  const bracket = bytes.lastIndexOf(OPENING, limit - 1)
  return bracket > limit - STAMP_BYTES ? bracket : limit
}

interface Part {
  readonly bytes: Buffer
  readonly from: number
  readonly to: number
  /** Whether the line ends here. */
  readonly isWhole: boolean
  readonly line: number
}

/** Delivers the pieces of a line that are complete, and returns where the incomplete one begins. */
const deliver = (sink: LineSink, find: WordFinder, { bytes, from, to, isWhole, line }: Part): number => {
  let at = from
  while (to - at > MAX_LINE_BYTES || isWhole) {
    const end = pieceEnd(bytes, at, to)
    const hasWord = find(bytes, at, end) >= 0
    if (!sink.idle || hasWord) sink.line(withoutReturns(bytes.toString('utf8', at, end)), line, hasWord, false, false)
    at = end
    if (at === to) break
  }
  return at
}

interface Reading {
  readonly sink: LineSink
  readonly find: WordFinder
}

/** Where the line begins that holds the trigger word at `hit`. */
const lineStart = (bytes: Buffer, from: number, to: number, hit: number): number =>
  hit >= to ? to : Math.max(from, bytes.lastIndexOf(NEWLINE, hit) + 1)

/** Reads whole lines. */
class BlockReader {
  readonly #sink: LineSink
  readonly #find: WordFinder
  readonly #bytes: Buffer
  readonly #to: number
  #at: number
  /** The number of the line before `#at`. */
  #line: number
  /** The next trigger word, where it was looked for. */
  #hit = -1
  #window: Window | undefined

  constructor({ sink, find }: Reading, { bytes, from, to, line }: Omit<Part, 'isWhole'>) {
    this.#sink = sink
    this.#find = find
    this.#bytes = bytes
    this.#at = from
    this.#to = to
    this.#line = line
  }

  /** Returns the number of the last line. */
  read(): number {
    while (this.#at < this.#to) {
      if (this.#sink.idle && !this.#skip()) break
      this.#line += 1
      const window = this.#window?.has(this.#at) === true ? this.#window : new Window(this.#bytes, this.#at, this.#to)
      this.#window = window
      if (!this.#known(window)) this.#other(window)
    }
    forms.release()
    return this.#line
  }

  /** Goes to the next line with a trigger word; false when there is none. */
  #skip(): boolean {
    const hit = this.#nextHit(this.#at)
    const start = lineStart(this.#bytes, this.#at, this.#to, hit)
    this.#line += countNewlines(this.#bytes, this.#at, start)
    this.#at = start
    return hit < this.#to
  }

  /** Reads a line whose form came before. */
  #known(window: Window): boolean {
    const { known } = this.#sink
    const form = known === undefined ? undefined : forms.find(this.#bytes, this.#at, this.#to)
    if (form === undefined) return false
    const { end } = forms
    known?.(window.asciiOf(this.#at, end), this.#line, form)
    this.#at = this.#bytes[end] === CR ? end + 2 : end + 1
    return true
  }

  #other(window: Window): void {
    const at = this.#at
    const end = window.endOf(at)
    this.#at = end + 1
    if (end - at > MAX_LINE_BYTES) {
      deliver(this.#sink, this.#find, { bytes: this.#bytes, from: at, to: end, isWhole: true, line: this.#line })
      return
    }
    const hasWord = this.#nextHit(at) < end
    const text = window.textOf(at, end)
    const remembers = this.#sink.known !== undefined
    const isPrintable = (remembers && forms.isPrintable) || !CONTROL.test(text)
    this.#sink.line(text, this.#line, hasWord, isPrintable, remembers && forms.isNew)
    if (remembers) forms.learn(text, hasWord)
  }

  /** Where the next trigger word is; the end when there is none. Most lines have none, so that one search serves many. */
  #nextHit(at: number): number {
    if (this.#hit < at) {
      const hit = this.#find(this.#bytes, at, this.#to)
      this.#hit = hit < 0 ? this.#to : hit
    }
    return this.#hit
  }
}

/** Bytes in, whole lines out. The result depends on the bytes alone, never on how they were chunked. */
export const makeLineSource = (sink: LineSink, find: WordFinder): LineSource => {
  let lines = 0
  // The beginning of a line whose end has not come.
  let parts: Uint8Array[] = []
  let pending = 0

  const keep = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return
    // A copy: the caller may reuse its buffer.
    parts.push(Uint8Array.prototype.slice.call(bytes))
    pending += bytes.length
    if (pending <= MAX_LINE_BYTES && parts.length <= 512) return
    const all = Buffer.concat(parts)
    const rest = all.subarray(
      deliver(sink, find, { bytes: all, from: 0, to: all.length, isWhole: false, line: lines + 1 }),
    )
    parts = [rest]
    pending = rest.length
  }
  const flush = (): void => {
    const bytes = Buffer.concat(parts)
    parts = []
    pending = 0
    lines += 1
    deliver(sink, find, { bytes, from: 0, to: bytes.length, isWhole: true, line: lines })
  }
  const push = (chunk: Uint8Array | string): void => {
    const bytes = toBuffer(chunk)
    let from = 0
    if (pending > 0 || parts.length > 0) {
      const first = bytes.indexOf(NEWLINE)
      keep(first < 0 ? bytes : bytes.subarray(0, first))
      if (first < 0) return
      flush()
      from = first + 1
    }
    const to = bytes.lastIndexOf(NEWLINE) + 1
    if (to > from) lines = new BlockReader({ sink, find }, { bytes, from, to, line: lines }).read()
    keep(bytes.subarray(Math.max(to, from)))
  }
  const end = (): number => {
    if (pending > 0) flush()
    return lines
  }
  return { push, end }
}
