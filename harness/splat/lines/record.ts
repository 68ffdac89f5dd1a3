// SPDX-License-Identifier: MIT
import { parseLava } from './lava.ts'
import { readPlain } from './plain.ts'
import { type Message, stripPrefix } from './prefix.ts'
import { readSyslog } from './syslog.ts'

/** One message of the console: a physical line, or a part of it where two messages share one. */
export interface LogRecord extends Message {
  /** 1-based physical line. */
  readonly line: number
  /** The whole physical line, decoded and unchanged; undefined on the later parts of a shared line. */
  readonly raw: string | undefined
  /** That line, on its later parts: a report may begin with one. */
  readonly within: string | undefined
  /** The message was longer than printk can print, and only its beginning is here. */
  readonly cut: boolean
  /** The text is a part of the line as it was printed: nothing was removed from its middle. */
  readonly isLiteral: boolean
}

/** printk prints no longer message; it is what keeps a line of 64 KiB from taking long. */
const MAX_MESSAGE = 2048

const ANSI = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[()][0-9A-Za-z]|[=>78DMEHcNOZ])/g
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/
const STAMP = /(?=\[ {0,6}\d{1,7}\.\d{6}\](?:\[ *[TC]\d+\])? ?)/

const INNER_STAMP = /.\[ {0,6}\d{1,7}\.\d{6}\]/

/** Removes escape codes, NULs and other control characters. */
const cleanText = (raw: string): string => (CONTROL.test(raw) ? raw.replace(ANSI, '').replace(CONTROLS, '') : raw)

// In a log of another kind; inputs/lava.ts reads whole ones.
const unwrap = (raw: string): string => parseLava(raw)?.text ?? raw

const isPrefixOnly = (text: string): boolean => stripPrefix(text).text === ''

// A syslog prefix before the stamp belongs to the same message; anything else before it is another message.
const splitStamps = (part: string): readonly string[] => {
  const pieces = part.split(STAMP)
  if (pieces.length < 2) return [part]
  const [first = '', ...rest] = pieces
  if (!isPrefixOnly(first)) return pieces
  return [first + rest[0], ...rest.slice(1)]
}

const recordOf = (
  { text, timeS, caller, origin }: Message,
  line: number,
  raw: string | undefined,
  isLiteral: boolean,
  within?: string,
): LogRecord => {
  const cut = text.length > MAX_MESSAGE
  return { line, raw, within, text: cut ? text.slice(0, MAX_MESSAGE) : text, timeS, caller, origin, cut, isLiteral }
}

const EMPTY: Message = { text: '', timeS: undefined, caller: undefined, origin: 'unknown' }

/** The message of a line in its most common form; undefined for all others. `isPrintable`: it has nothing but printable ASCII and tabs. */
export const plainRecord = (raw: string, line: number, isPrintable: boolean): LogRecord | undefined => {
  const plain = readPlain(raw, isPrintable)
  if (plain === undefined) return undefined
  const { from, to, timeS, caller } = plain
  const cut = to - from > MAX_MESSAGE
  const text = raw.slice(from, cut ? from + MAX_MESSAGE : to)
  const origin = timeS === undefined ? 'unknown' : 'kernel'
  return { line, raw, within: undefined, text, timeS, caller, origin, cut, isLiteral: true }
}

// A line of syslog whose message has the most common form.
const syslogRecord = (raw: string, line: number): LogRecord | undefined => {
  const syslog = readSyslog(raw)
  if (syslog === undefined) return undefined
  const record = plainRecord(raw.slice(syslog.from), line, false)
  if (record === undefined) return undefined
  const { within, text, timeS, caller, cut, isLiteral } = record
  return { line, raw, within, text, timeS, caller, origin: syslog.origin, cut, isLiteral }
}

/** The messages of a line of any form. */
export const toOtherRecords = (raw: string, line: number): readonly LogRecord[] => {
  const tagged = syslogRecord(raw, line)
  if (tagged !== undefined) return [tagged]
  const whole = cleanText(unwrap(raw))
  const parts = whole
    .split('\r')
    .flatMap((part) => (INNER_STAMP.test(part) ? splitStamps(part) : [part]))
    .filter((part) => part.trim() !== '')
  if (parts.length === 0) return [recordOf(EMPTY, line, raw, false)]
  return parts.map((part, index) =>
    index === 0
      ? recordOf(stripPrefix(part), line, raw, whole === raw)
      : recordOf(stripPrefix(part), line, undefined, whole === raw, raw),
  )
}

/** Splits a physical line into its messages: a second time stamp, or a bare CR, starts another one. */
export const toRecords = (raw: string, line: number): readonly LogRecord[] => {
  const plain = plainRecord(raw, line, false)
  return plain === undefined ? toOtherRecords(raw, line) : [plain]
}
