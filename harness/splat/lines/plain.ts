// SPDX-License-Identifier: MIT
import type { Message } from './prefix.ts'

const TAB = 9
const BLANK = 32
const OPEN = 0x5b
const CLOSE = 0x5d
const LESS = 0x3c
const DOT = 0x2e
const COLON = 0x3a
const DASH = 0x2d
const PAREN = 0x28
const DEL = 0x7f
/** `>` and `|` of mails and reports, `{` of LAVA. */
const OTHER_LEADS = new Set([0x3e, 0x7c, 0x7b])
const MAX_BLANKS = 6
// With more digits a number of seconds would not be exact.
const MAX_DIGITS = 15

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39
const isBlank = (code: number): boolean => code === BLANK || code === TAB
const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a

/** Words that end in a colon where another prefix begins the message. */
const PREFIX_WORDS = new Set(['kernel', 'kmemleak', 'kern', 'user', 'daemon', 'syslog', 'auth'])

/** What stands before the message. */
interface Stamp {
  readonly timeS: number | undefined
  readonly caller: string | undefined
  /** Where the message begins. */
  readonly end: number
}

const NO_STAMP: Stamp = { timeS: undefined, caller: undefined, end: 0 }

const skipDigits = (text: string, from: number): number => {
  let at = from
  while (isDigit(text.charCodeAt(at))) at += 1
  return at
}

const skipBlanks = (text: string, from: number): number => {
  let at = from
  while (text.charCodeAt(at) === BLANK) at += 1
  return at
}

const POWERS = Array.from({ length: MAX_DIGITS }, (_, power) => 10 ** power)

const integer = (text: string, from: number, to: number): number => {
  let value = 0
  for (let at = from; at < to; at += 1) value = value * 10 + text.charCodeAt(at) - 0x30
  return value
}

/** `[T123]` behind the stamp. */
const callerAt = (text: string, from: number, timeS: number): Stamp | undefined => {
  const open = text.charCodeAt(from) === BLANK ? from + 1 : from
  if (text.charCodeAt(open) !== OPEN) return { timeS, caller: undefined, end: from }
  const at = skipBlanks(text, open + 1)
  const letter = text.charAt(at)
  const end = skipDigits(text, at + 1)
  if ((letter !== 'T' && letter !== 'C') || end === at + 1 || text.charCodeAt(end) !== CLOSE)
    return { timeS, caller: undefined, end: from }
  return { timeS, caller: text.slice(at, end), end: end + 1 }
}

/** `[   12.345678]` at the beginning; undefined where a bracket begins something else. */
const stampOf = (text: string): Stamp | undefined => {
  const from = skipBlanks(text, 1)
  const dot = skipDigits(text, from)
  const end = skipDigits(text, dot + 1)
  const [whole, part] = [dot - from, end - dot - 1]
  if (from > 1 + MAX_BLANKS || whole < 1 || whole > 9 || part < 3 || whole + part > MAX_DIGITS) return undefined
  if (text.charCodeAt(dot) !== DOT || text.charCodeAt(end) !== CLOSE || part > 9) return undefined
  const value = integer(text, from, dot) * POWERS[part]! + integer(text, dot + 1, end)
  return callerAt(text, end + 1, value / POWERS[part]!)
}

/** Where the first colon is, -1 when there is none; undefined when a character needs more than a look. */
const colonOf = (text: string, from: number): number | undefined => {
  let colon = -1
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code >= DEL || (code < BLANK && code !== TAB)) return undefined
    if (code === COLON && colon < 0) colon = at
    // Another stamp may begin here.
    if (code === OPEN && at > from) {
      const next = text.charCodeAt(at + 1)
      if (next === BLANK || isDigit(next)) return undefined
    }
  }
  return colon
}

/** Whether a colon shows that something else than the message begins here: a clock, or the name of who wrote it. */
const endsPrefix = (text: string, from: number, colon: number): boolean => {
  if (isDigit(text.charCodeAt(colon - 1)) && isDigit(text.charCodeAt(colon + 1))) return true
  let end = colon
  while (end > from && text.charCodeAt(end - 1) === BLANK) end -= 1
  let start = end
  while (start > from && isLetter(text.charCodeAt(start - 1))) start -= 1
  return PREFIX_WORDS.has(text.slice(start, end))
}

/** Whether no other prefix can begin here: those of `prefix.ts` begin with digits, some brackets, or letters and a colon. */
const isMessage = (text: string, from: number, colon: number): boolean => {
  const code = text.charCodeAt(from)
  const next = text.charCodeAt(from + 1)
  if (isLetter(code) || code === 0x5f) return colon < 0 || !endsPrefix(text, from, colon)
  if (code === LESS || code === PAREN) return !isDigit(next)
  if (code === OPEN) return next === LESS
  if (code === DASH || code === DOT) return next !== PAREN && next !== BLANK
  return code > BLANK && !OTHER_LEADS.has(code) && !isDigit(code)
}

/**
 * The message of a line in the form in which consoles print most of them: a stamp or none, a printk caller or none, and
 * ASCII text. Undefined for all other lines, which `prefix.ts` reads; the result is the same as its own, only faster.
 */
export const plainMessage = (raw: string): Message | undefined => {
  const stamp = raw.charCodeAt(0) === OPEN ? (raw.charCodeAt(1) === LESS ? NO_STAMP : stampOf(raw)) : NO_STAMP
  if (stamp === undefined) return undefined
  let from = stamp.end
  while (isBlank(raw.charCodeAt(from))) from += 1
  let to = raw.length
  while (to > from && isBlank(raw.charCodeAt(to - 1))) to -= 1
  const colon = colonOf(raw, from)
  if (from === to || colon === undefined || !isMessage(raw, from, colon)) return undefined
  const { timeS, caller } = stamp
  return { text: raw.slice(from, to), timeS, caller, origin: timeS === undefined ? 'unknown' : 'kernel' }
}
