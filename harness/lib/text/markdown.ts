// SPDX-License-Identifier: MIT
import { cleanLine } from './clean.ts'

/** Any text as plain text in a line or a table cell of Markdown. */
export const markdownText = (text: string): string =>
  cleanLine(text).replace(/[\\`*_{}[\]()#+!|<>~&@]/g, (character) => `\\${character}`)

/** Any text as inline code, also in a table cell. */
export const markdownCode = (text: string): string => `\`${cleanLine(text).replaceAll('`', "'").replaceAll('|', '¦')}\``

/** Any text between HTML tags in Markdown. */
export const markdownHtml = (text: string): string =>
  cleanLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('@', '&#64;')

/** One row of a table; the cells are Markdown already. */
export const markdownRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** Lines as a block of code; they may have backticks. */
export const markdownFence = (lines: readonly string[]): readonly string[] => {
  const longest = lines
    .flatMap((line) => line.match(/`+/g) ?? [])
    .reduce((most, { length }) => Math.max(most, length), 2)
  const ticks = '`'.repeat(longest + 1)
  return [ticks, ...lines, ticks]
}
