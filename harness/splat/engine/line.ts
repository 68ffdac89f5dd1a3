// SPDX-License-Identifier: MIT
import { type HeadMatch, matchHead } from '../families.ts'
import type { Form } from '../lines/forms.ts'
import type { LogRecord } from '../lines/record.ts'
import { lookup, question, type Shape, shapeOf } from '../lines/shape.ts'

/** A message, with the shape of its text. */
export interface Line extends LogRecord {
  readonly shape: Shape
}

/** A message whose text was not read from a known form; `shape` is not given for one that is remembered. */
export const lineOf = (record: LogRecord, shape = shapeOf(record.text), origin = record.origin): Line => {
  // Spelled out, as below: all lines have one layout in memory, which a copy with `...` would not have.
  const { line, raw, within, text, timeS, caller, cut, isLiteral } = record
  return { line, raw, within, text, timeS, caller, origin, cut, isLiteral, shape }
}

/** What a line has besides its form. */
interface Found {
  readonly timeS: number | undefined
  readonly caller: string | undefined
  readonly from: number
}

/** The message of a line whose form is known. */
export const knownLine = (raw: string, line: number, { shape, behind, origin }: Form, found: Found): Line => ({
  line,
  raw,
  within: undefined,
  text: shape.isExact ? shape.text : raw.slice(found.from, raw.length - behind),
  timeS: found.timeS,
  caller: found.caller,
  origin,
  cut: false,
  isLiteral: true,
  shape,
})

const isHead = question((text) => matchHead(text) !== undefined)
const headOfText = lookup(({ text }) => matchHead(text))

/** The head that a message matches. What it matched is in it: it is shared by equal texts alone. */
export const headOf = ({ text, shape }: Line): HeadMatch | undefined => {
  if (!isHead(shape)) return undefined
  return shape.isExact ? headOfText(shape) : matchHead(text)
}
