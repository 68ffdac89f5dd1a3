// SPDX-License-Identifier: MIT
import { codeAt } from '../codes.ts'
import { syslogPrefix } from './prefix.ts'

const ZERO = 0x30
const NINE = 0x39

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE

/** Whether a line begins as another one, but for its digits: dates, clocks, and numbers in names. */
const beginsAs = (line: string, before: string): boolean => {
  if (before === '' || line.length < before.length) return false
  for (let at = 0; at < before.length; at += 1) {
    const code = codeAt(line, at)
    const wanted = codeAt(before, at)
    if (code !== wanted && !(isDigit(code) && isDigit(wanted))) return false
  }
  return true
}

let last: ReturnType<typeof syslogPrefix>

/**
 * Where the message begins in a line of syslog, and who wrote it. Most lines have the prefix of the line before them, but
 * for the clock: no part of its pattern tells one digit from another.
 */
export const readSyslog = (
  line: string,
): { readonly from: number; readonly origin: 'kernel' | 'user' | 'unknown' } | undefined => {
  if (last === undefined || !beginsAs(line, last.text)) {
    const found = syslogPrefix(line)
    if (found === undefined) return undefined
    // A copy: a part of the line would keep all of it.
    last = { ...found, text: Buffer.from(found.text).toString() }
  }
  return { from: last.text.length, origin: last.origin }
}
