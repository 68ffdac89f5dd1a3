// SPDX-License-Identifier: MIT
import { codeAt } from '../codes.ts'

/** The parts of a frame in its most common form. */
export interface ScannedFrame {
  readonly function: string
  readonly offset: number
  readonly size: number | null
  readonly module: string | null
  readonly unreliable: boolean
}

const BLANK = 0x20
const OPEN = 0x5b
const CLOSE = 0x5d
const LESS = 0x3c
const GREATER = 0x3e
const PAREN = 0x28
const PLUS = 0x2b
const SLASH = 0x2f
const QUESTION = 0x3f
const ZERO = 0x30
const X = 0x78
const DOLLAR = 0x24
const DOT = 0x2e

const CALL_TRACE = 'Call Trace:'.length

const HEX = 1
const NAME = 2
const START = 4
const MODULE = 8

/** What each ASCII character can be. */
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code)
  return (
    (/[0-9a-f]/.test(char) ? HEX : 0) |
    (/[\w$.]/.test(char) ? NAME : 0) |
    (/[A-Za-z_$.]/.test(char) ? START : 0) |
    (/[\w-]/.test(char) ? MODULE : 0)
  )
})

const is = (code: number, what: number): boolean => code < 128 && (CLASSES[code]! & what) !== 0

const skip = (text: string, from: number, what: number): number => {
  let at = from
  while (is(codeAt(text, at), what)) at += 1
  return at
}

/** Behind `[<addr>] `, of 8 to 16 digits; `from` where there is none. */
const skipAddress = (text: string, from: number): number => {
  if (codeAt(text, from) !== OPEN || codeAt(text, from + 1) !== LESS) return from
  const end = skip(text, from + 2, HEX)
  const digits = end - from - 2
  if (digits < 8 || digits > 16 || codeAt(text, end) !== GREATER || codeAt(text, end + 1) !== CLOSE) return from
  let at = end + 2
  while (codeAt(text, at) === BLANK) at += 1
  return at
}

/** The end of `0x1f`, -1 for anything else. */
const hexEnd = (text: string, from: number): number => {
  if (codeAt(text, from) !== ZERO || codeAt(text, from + 1) !== X) return -1
  const end = skip(text, from + 2, HEX)
  // Longer numbers are not exact.
  return end === from + 2 || end > from + 14 ? -1 : end
}

const hexValue = (text: string, from: number, to: number): number => {
  let value = 0
  for (let at = from + 2; at < to; at += 1) {
    const code = codeAt(text, at)
    value = value * 16 + (code < 0x40 ? code - ZERO : code - 0x57)
  }
  return value
}

/** Whether ` [module]` ends the text. */
const isModule = (text: string, from: number): boolean => {
  if (codeAt(text, from) !== BLANK || codeAt(text, from + 1) !== OPEN) return false
  const start = from + 2
  const end = skip(text, start, MODULE)
  const first = codeAt(text, start)
  return end === text.length - 1 && codeAt(text, end) === CLOSE && is(first, START) && first !== DOLLAR && first !== DOT
}

/** Whether a name without an offset may be a frame of another form. */
const maybeOther = (text: string, next: number, at: number): boolean => {
  if (next !== BLANK) return next === OPEN || next === 0x29
  const after = codeAt(text, at + 1)
  if (after === PAREN || after === OPEN) return true
  // `Call Trace:` alone is no frame; behind it the first one may stand.
  if (text.startsWith('Call ')) return text.length > CALL_TRACE
  return text.startsWith('from ', at + 1) || text.endsWith('[inline]')
}

/** A frame; certainly no frame of any form; or the patterns must look. */
type Scanned = 'frame' | 'none' | 'unsure'

/** Where the parts of the frame are that was scanned last. There is one for all lines: most are only asked whether they are frames. */
const parts = { start: 0, name: 0, offset: 0, size: 0, unreliable: false }

/** Looks at what stands behind the name. */
const scanOffsets = (text: string, name: number): Scanned => {
  const offset = hexEnd(text, name + 1)
  if (offset < 0) return 'unsure'
  const size = codeAt(text, offset) === SLASH ? hexEnd(text, offset + 1) : offset
  if (size < 0 || (size !== text.length && !isModule(text, size))) return 'unsure'
  parts.name = name
  parts.offset = offset
  parts.size = size
  return 'frame'
}

/** Whether the line is a frame as most are: `[<address>] ? name+0x1/0x2 [module]`. */
export const scan = (text: string): Scanned => {
  const first = codeAt(text, 0)
  // `Call Trace:`, `<IRQ>` and parentheses may stand before a frame.
  if (first === PAREN) return 'unsure'
  if (first === LESS) return text.includes('> ') ? 'unsure' : 'none'
  let at = first === OPEN ? skipAddress(text, 0) : 0
  const unreliable = codeAt(text, at) === QUESTION && codeAt(text, at + 1) === BLANK
  if (unreliable) at += 2
  const begins = codeAt(text, at)
  if (!is(begins, START)) return begins === OPEN || begins === PAREN ? 'unsure' : 'none'
  parts.start = at
  parts.unreliable = unreliable
  at = skip(text, at, NAME)
  const next = codeAt(text, at)
  if (next !== PLUS) return maybeOther(text, next, at) ? 'unsure' : 'none'
  return scanOffsets(text, at)
}

/** The frame that was scanned last. */
export const scannedFrame = (text: string): ScannedFrame => {
  const { start, name, offset, size, unreliable } = parts
  return {
    function: text.slice(start, name),
    offset: hexValue(text, name + 1, offset),
    size: size === offset ? null : hexValue(text, offset + 1, size),
    module: size === text.length ? null : text.slice(size + 2, -1),
    unreliable,
  }
}
