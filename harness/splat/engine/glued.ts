// SPDX-License-Identifier: MIT
import { type HeadMatch, matchHead } from '../families.ts'
import { Shape, shapeOf } from '../lines/shape.ts'
import type { Line } from './line.ts'

/** A header line without the text before it, which had no newline. */
export interface Glued {
  readonly record: Line
  readonly found: HeadMatch
}

/** How header lines begin. */
const OPENING =
  /BUG: |WARNING: |INFO: |UBSAN: |Unable to handle kernel |Internal error: |Kernel panic - |[kK]ernel BUG at |general protection fault|divide error: |watchdog: BUG|unreferenced object |list_(?:add|del) |refcount_t: /g
/** Prompts of getty, of login and of shells: programs wait behind them. */
const PROMPT =
  /^(?:[\w.-]{1,64} )?(?:login: |[Pp]assword: ?)$|^(?:\[?[\w.-]{1,32}@[\w.-]{1,64}[: ])?[\w~/.-]{0,64}\]? ?[#$] $/
// A quotation has a blank, a quote or a bracket before it, a name in capitals a letter, a listing a colon.
const TORN_TEXT = /[a-z0-9.!?%)]$/
const CALLER = /\[ {0,8}(?<caller>[TC]\d{1,7})\] ?$/
const MAX_PLACES = 4
const MAX_TEXT = 256

/**
 * The header line in a line that other text begins: a prompt, or words of a program that printed no newline. Only for
 * consoles without time stamps, because a stamp begins a message.
 */
export const gluedHead = (record: Line): Glued | undefined => {
  if (record.origin !== 'unknown') return undefined
  let places = 0
  for (const { index } of record.text.slice(0, MAX_TEXT).matchAll(OPENING)) {
    places += 1
    if (places > MAX_PLACES) return undefined
    const before = record.text.slice(0, index)
    const caller = CALLER.exec(before)?.groups?.caller
    const text = caller === undefined ? before : before.replace(CALLER, '')
    if (text === '' || !(PROMPT.test(text) || (caller === undefined && TORN_TEXT.test(text)) || caller !== undefined))
      continue
    const rest = record.text.slice(index)
    const found = matchHead(rest)
    const shape = record.shape.id === 0 ? new Shape(rest) : shapeOf(rest)
    if (found !== undefined) return { record: { ...record, text: rest, shape, caller }, found }
  }
  return undefined
}
