// SPDX-License-Identifier: MIT
import { codeAt } from '../codes.ts'

const TAB = 9
const BLANK = 32
const OPEN = 0x5b
const CLOSE = 0x5d
const LESS = 0x3c
const DOT = 0x2e
const DASH = 0x2d
const PAREN = 0x28
const COMMA = 0x2c
const UNDERSCORE = 0x5f
const UPPER_C = 0x43
const UPPER_T = 0x54
const LOWER_A = 0x61
const LOWER_Z = 0x7a
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

/** What a line has before its message, and where the message is. There is one for all lines: an object each would cost more than to read it. */
class Plain {
  timeS: number | undefined
  caller: string | undefined
  from = 0
  to = 0

  reset(): void {
    this.timeS = undefined
    this.caller = undefined
    this.from = 0
  }
}

const found = new Plain()

const skipDigits = (text: string, from: number): number => {
  let at = from
  while (isDigit(codeAt(text, at))) at += 1
  return at
}

const skipBlanks = (text: string, from: number): number => {
  let at = from
  while (codeAt(text, at) === BLANK) at += 1
  return at
}

const POWERS = Array.from({ length: MAX_DIGITS }, (_, power) => 10 ** power)

const integer = (text: string, from: number, to: number): number => {
  let value = 0
  for (let at = from; at < to; at += 1) value = value * 10 + codeAt(text, at) - 0x30
  return value
}

/** `[T123]` behind the stamp. */
const readCaller = (text: string, from: number): void => {
  found.from = from
  const open = codeAt(text, from) === BLANK ? from + 1 : from
  if (codeAt(text, open) !== OPEN) return
  const at = skipBlanks(text, open + 1)
  const letter = codeAt(text, at)
  const end = skipDigits(text, at + 1)
  if ((letter !== UPPER_T && letter !== UPPER_C) || end === at + 1 || codeAt(text, end) !== CLOSE) return
  found.caller = text.slice(at, end)
  found.from = end + 1
}

/** Reads `[   12.345678]` at the beginning; false where a bracket begins something else. */
const readStamp = (text: string): boolean => {
  const from = skipBlanks(text, 1)
  const dot = skipDigits(text, from)
  const end = skipDigits(text, dot + 1)
  const whole = dot - from
  const part = end - dot - 1
  if (from > 1 + MAX_BLANKS || whole < 1 || whole > 9 || part < 3 || whole + part > MAX_DIGITS) return false
  if (codeAt(text, dot) !== DOT || codeAt(text, end) !== CLOSE || part > 9) return false
  found.timeS = (integer(text, from, dot) * POWERS[part]! + integer(text, dot + 1, end)) / POWERS[part]!
  readCaller(text, end + 1)
  return true
}

/** Whether a bracket inside a message begins the stamp of another one. */
const isStampAt = (text: string, bracket: number): boolean => {
  const from = skipBlanks(text, bracket + 1)
  const code = codeAt(text, from)
  if (!isDigit(code) || from > bracket + 1 + MAX_BLANKS) return false
  const dot = skipDigits(text, from)
  if (codeAt(text, dot) !== DOT || dot - from > 7) return false
  const end = skipDigits(text, dot + 1)
  return end === dot + 7 && codeAt(text, end) === CLOSE
}

const hasStamp = (text: string, from: number): boolean => {
  for (let at = text.indexOf('[', from + 1); at >= 0; at = text.indexOf('[', at + 1))
    if (isStampAt(text, at)) return true
  return false
}

/** Whether the text has nothing but printable ASCII and tabs. */
const isPrintable = (text: string, from: number): boolean => {
  for (let at = from; at < text.length; at += 1) {
    const code = codeAt(text, at)
    if (code >= DEL || (code < BLANK && code !== TAB)) return false
  }
  return true
}

/** Last letters of `PREFIX_WORDS`. */
const PREFIX_ENDS: readonly boolean[] = Array.from({ length: DEL }, (_, code) =>
  [...PREFIX_WORDS].some((word) => word.endsWith(String.fromCharCode(code))),
)

/** Whether a colon shows that something else than the message begins here: a clock, or the name of who wrote it. */
const endsPrefix = (text: string, from: number, colon: number): boolean => {
  const before = codeAt(text, colon - 1)
  if (isDigit(before) && isDigit(codeAt(text, colon + 1))) return true
  if (before !== BLANK && PREFIX_ENDS[before] !== true) return false
  let end = colon
  while (end > from && codeAt(text, end - 1) === BLANK) end -= 1
  let start = end
  while (start > from && isLetter(codeAt(text, start - 1))) start -= 1
  return PREFIX_WORDS.has(text.slice(start, end))
}

const isName = (text: string, from: number): boolean => {
  const colon = text.indexOf(':', from)
  return colon < 0 || !endsPrefix(text, from, colon)
}

// `2,123,456,-;` of /dev/kmsg and `2023-03-04` are prefixes.
const isNumber = (text: string, from: number): boolean => {
  const end = skipDigits(text, from)
  const next = codeAt(text, end)
  return next !== COMMA && next !== DASH && isName(text, from)
}

/** Whether no other prefix can begin here: those of `prefix.ts` begin with digits, some brackets, or letters and a colon. */
const isMessage = (text: string, from: number): boolean => {
  const code = codeAt(text, from)
  if (isLetter(code) || code === UNDERSCORE) return isName(text, from)
  if (isDigit(code)) return isNumber(text, from)
  const next = codeAt(text, from + 1)
  if (code === LESS || code === PAREN) return !isDigit(next)
  if (code === OPEN) return next === LESS || (next >= LOWER_A && next <= LOWER_Z)
  if (code === DASH || code === DOT) return next !== PAREN && next !== BLANK
  return code > BLANK && !OTHER_LEADS.has(code)
}

/**
 * Reads a line in the form in which consoles print most of them: a stamp or none, a printk caller or none, and
 * ASCII text. Undefined for all other lines, which `prefix.ts` reads; the result is the same as its own, only faster.
 * The result is valid until the next call. `isChecked`: the line has nothing but printable ASCII and tabs.
 */
export const readPlain = (raw: string, isChecked: boolean): Readonly<Plain> | undefined => {
  found.reset()
  if (codeAt(raw, 0) === OPEN && codeAt(raw, 1) !== LESS && !readStamp(raw)) return undefined
  let { from } = found
  if (!isChecked && !isPrintable(raw, from)) return undefined
  while (isBlank(codeAt(raw, from))) from += 1
  let to = raw.length
  while (to > from && isBlank(codeAt(raw, to - 1))) to -= 1
  found.from = from
  found.to = to
  return to === from || (isMessage(raw, from) && !hasStamp(raw, from)) ? found : undefined
}
