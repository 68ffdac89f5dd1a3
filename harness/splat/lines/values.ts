// SPDX-License-Identifier: MIT

/**
 * The values in a line: what differs between two reports of one bug, and what no pattern looks into. They are the low
 * half of an address of the kernel, and the number behind `PID: `. All other digits are text.
 */

/** Longer texts are not read here. */
export const MAX_TEXT = 1000
/** What the kernel gives, at most 4194304, has no more. */
const MAX_DIGITS = 7
const ADDRESS = 16
const PID_START = 'PID: '.length
const NONE: readonly number[] = []

const NEWLINE = 10
const CR = 13
const BLANK = 32
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const LOWER_F = 0x66
const UPPER_P = 0x50

const PRINTABLE = 1
const WORD = 2
const HEX = 4
/** A value may begin with it. */
const VALUE = 8

const CLASSES = Uint8Array.from({ length: 256 }, (_, code) => {
  const char = String.fromCharCode(code)
  if (!/^[\t -~]$/.test(char)) return 0
  return PRINTABLE | (/\w/.test(char) ? WORD : 0) | (/[0-9a-f]/.test(char) ? HEX : 0) | (/[fP]/.test(char) ? VALUE : 0)
})

const isDigit = (code: number | undefined): boolean => code !== undefined && code >= ZERO && code <= NINE

/** A value ends where a word ends. Before `:12` its last character would tell whether a clock begins there. */
const endsValue = (bytes: Uint8Array, at: number, to: number): boolean => {
  if (at >= to) return true
  const code = bytes[at]!
  return (CLASSES[code]! & WORD) === 0 && !(code === COLON && at + 1 < to && isDigit(bytes[at + 1]))
}

/** A small negative number, such as an error or what the kernel puts into RAX for a system call. */
const isNegative = (bytes: Uint8Array, from: number): boolean => {
  for (let at = from + 4; at < from + 14; at += 1) if (bytes[at] !== LOWER_F) return false
  return true
}

/**
 * Whether a word is `ffff`, four digits and eight digits, and the last eight are a value: one is decimal, as in most
 * numbers.
 */
const isAddress = (bytes: Uint8Array, from: number, to: number): boolean => {
  if (from + ADDRESS > to) return false
  for (let at = from + 1; at < from + 4; at += 1) if (bytes[at] !== LOWER_F) return false
  for (let at = from + 4; at < from + 8; at += 1) if ((CLASSES[bytes[at]!]! & HEX) === 0) return false
  let hasDigit = false
  for (let at = from + 8; at < from + ADDRESS; at += 1) {
    if ((CLASSES[bytes[at]!]! & HEX) === 0) return false
    hasDigit ||= bytes[at]! <= NINE
  }
  return hasDigit && !isNegative(bytes, from) && endsValue(bytes, from + ADDRESS, to)
}

/** The end of the number in `PID: 123`, where it is one; 0 elsewhere. */
const pidEnd = (bytes: Uint8Array, from: number, to: number): number => {
  if (bytes[from + 1] !== 0x49 || bytes[from + 2] !== 0x44 || bytes[from + 3] !== COLON) return 0
  const start = from + PID_START
  if (bytes[from + 4] !== BLANK || start >= to || bytes[start] === ZERO) return 0
  let at = start
  while (at < to && isDigit(bytes[at])) at += 1
  return at > start && at - start <= MAX_DIGITS && endsValue(bytes, at, to) ? at : 0
}

/** The end of the value that begins here; 0 where none does. */
const valueEnd = (bytes: Uint8Array, at: number, to: number): number => {
  if (bytes[at] === UPPER_P) return pidEnd(bytes, at, to)
  return isAddress(bytes, at, to) ? at + ADDRESS : 0
}

/** Whether digits that stand for a value fill this part of a text, and no more follow. */
const isValue = (text: string, from: number, to: number): boolean => {
  const standIn = text.charCodeAt(from)
  for (let at = from; at < to; at += 1) if (text.charCodeAt(at) !== standIn) return false
  return to >= text.length || (CLASSES[text.charCodeAt(to)]! & WORD) === 0
}

/** One more character in a hash. */
export const mixed = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193)

/** Whether a line ends here: a newline, or a carriage return before one. */
export const endsLine = (bytes: Uint8Array, at: number, to: number): boolean =>
  bytes[at] === NEWLINE || (bytes[at] === CR && at + 1 < to && bytes[at + 1] === NEWLINE)

/** Whether bytes have this text, of one line. */
export const isText = (text: string, bytes: Uint8Array, from: number, start = 0, end = text.length): boolean => {
  for (let at = start; at < end; at += 1) if (text.charCodeAt(at) !== bytes[from + at]) return false
  return true
}

/** Whether a line would be read as this text, whose values begin at these places. */
export const isMasked = (text: string, values: readonly number[], bytes: Uint8Array, from: number): boolean => {
  let at = 0
  for (const place of values) {
    const after = valueEnd(bytes, from + place, bytes.length)
    const end = after - from
    if (after === 0 || end > text.length) return false
    const shown = place + (text.charCodeAt(place) === UPPER_P ? PID_START : ADDRESS / 2)
    if (!isText(text, bytes, from, at, shown) || !isValue(text, shown, end)) return false
    at = end
  }
  return isText(text, bytes, from, at)
}

/**
 * A line with its values replaced, by digits of the same number: all lines that differ in values alone are the same here,
 * and each character is at its place. It is valid while the bytes do not change.
 */
export class Masked {
  /** The line with its values replaced; most have none, and are only looked at where they are. */
  readonly #own = Buffer.alloc(MAX_TEXT)
  #bytes: Uint8Array = this.#own
  #from = 0
  length = 0
  hash = 0
  /** Where the line ended in what was read. */
  end = 0
  /** Where a number of a process begins, from the beginning of the text; -1 without one. */
  pidAt = -1
  /** Where values begin, with the text that shows them. */
  values: readonly number[] = NONE

  /** Reads up to a newline or `to`; false for what is too long, or has other characters than printable ASCII and tabs. */
  read(bytes: Uint8Array, from: number, to: number, seed: number): boolean {
    let hash = seed
    let at = from
    let inWord = 0
    const last = Math.min(to, from + MAX_TEXT)
    this.pidAt = -1
    this.values = NONE
    this.#bytes = bytes
    this.#from = from
    while (at < last) {
      const code = bytes[at]!
      const is = CLASSES[code]!
      if (is === 0) break
      const end = (is & VALUE) === 0 || inWord !== 0 ? 0 : this.#value(bytes, at, to, from)
      inWord = is & WORD
      if (end > 0) {
        hash = this.#hashed(hash, at - from, end - from)
        at = end
      } else {
        if (this.values !== NONE) this.#own[at - from] = code
        hash = mixed(hash, code)
        at += 1
      }
    }
    this.length = at - from
    this.hash = hash ^ this.length
    this.end = at
    return at === to || endsLine(bytes, at, to)
  }

  #hashed(seed: number, from: number, to: number): number {
    let hash = seed
    for (let at = from; at < to; at += 1) hash = mixed(hash, this.#own[at]!)
    return hash
  }

  /** Writes a value, with the text that shows it; returns where it ends, or 0 where none begins. */
  #value(bytes: Uint8Array, at: number, to: number, from: number): number {
    const isPid = bytes[at] === UPPER_P
    const start = at + (isPid ? PID_START : 8)
    // The first number of a process: no line of a report has two.
    const end = isPid && this.pidAt >= 0 ? 0 : valueEnd(bytes, at, to)
    if (end === 0 || end - from > MAX_TEXT) return 0
    if (this.values === NONE) for (let each = from; each < at; each += 1) this.#own[each - from] = bytes[each]!
    for (let each = at; each < end; each += 1)
      this.#own[each - from] = each < start ? bytes[each]! : isPid ? NINE : ZERO
    if (isPid) this.pidAt = at - from + PID_START
    this.values = [...this.values, at - from]
    this.#bytes = this.#own
    this.#from = 0
    return end
  }

  /** Forgets the bytes: others may be kept for long. */
  release(): void {
    this.#bytes = this.#own
    this.#from = 0
  }

  /** Whether it is this text. */
  is(text: string): boolean {
    return text.length === this.length && isText(text, this.#bytes, this.#from)
  }

  get text(): string {
    const from = this.#from
    const { buffer, byteOffset } = this.#bytes
    return Buffer.from(buffer, byteOffset + from, this.length).toString('latin1')
  }
}
