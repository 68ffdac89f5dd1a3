// SPDX-License-Identifier: MIT
import { cleanLine } from '../../lib/text/clean.ts'

/** The width of a mail to a kernel list. */
export const COLUMNS = 75

const chunks = (word: string, width: number): readonly string[] => {
  const characters = [...word]
  const parts: string[] = []
  for (let at = 0; at < characters.length; at += width) parts.push(characters.slice(at, at + width).join(''))
  return parts
}

const lengthOf = (text: string): number => [...text].length

// A finding's title may be as long as a line of the console.
const MAX_TEXT = 800

const clipped = (text: string): string => {
  const characters = [...text]
  return characters.length <= MAX_TEXT ? text : `${characters.slice(0, MAX_TEXT).join('')} (cut)`
}

/** Any text as lines of at most this many characters; a longer word is cut, and so is a very long text. */
export const wrap = (text: string, width: number): readonly string[] => {
  const words = clipped(cleanLine(text))
    .split(/\s+/)
    .flatMap((word) => chunks(word, width))
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.length === 0 ? [''] : lines
}

// What a reader of mails takes for more than text, whatever stands before it: trailers, quotes and scissors.
const TELLING = /^(?:[\w-]+\s?:(?:\s|$)|>|From\b)/
const SCISSORS = /^(?:8<|>8|%<|>%)/

const isTelling = (text: string): boolean =>
  TELLING.test(text.trimStart()) || SCISSORS.test(text.slice(text.search(/[^-\s]/)))

/** A line that no reader takes for a header, a trailer or a quote. */
const inert = (indent: string, text: string): string =>
  isTelling(text) ? `${indent.slice(0, -2)}| ${text}` : `${indent}${text}`

/** Text of any origin as an indented paragraph. */
export const paragraph = (text: string, indent = '  '): readonly string[] =>
  wrap(text, COLUMNS - indent.length).map((line) => inert(indent, line).trimEnd())

const LABEL = 18

/** A label and its text beside it. The label is ours. */
export const row = (label: string, text: string): readonly string[] => {
  const [first = '', ...more] = wrap(text, COLUMNS - 2 - LABEL)
  return [
    `  ${label.padEnd(LABEL - 1)} ${first}`.trimEnd(),
    ...more.map((line) => inert(' '.repeat(LABEL + 2), line).trimEnd()),
  ]
}

const MAX_QUOTED = COLUMNS - 2

/** Lines of a console or a stack, as they are: marked, so that nobody takes one for ours. */
export const marked = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => `| ${[...cleanLine(line)].slice(0, MAX_QUOTED).join('')}`.trimEnd())
