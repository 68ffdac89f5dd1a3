// SPDX-License-Identifier: MIT
import { shellWord } from '../../lib/text/shellword.ts'
import { COLUMNS } from './lines.ts'

const PLAIN = /^[\w@%+=:,./-]+$/

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', "'": "\\'", '\\': '\\\\' }

/** A word for bash, on one line. */
const quoted = (word: string): string => {
  if (PLAIN.test(word)) return word
  if (!/[\n\t]/.test(word)) return shellWord(word)
  return `$'${word.replace(/[\n\t'\\]/g, (character) => ESCAPES[character]!)}'`
}

const WIDTH = COLUMNS - 6

/** A long word in parts, which bash joins again: nothing stands before and after the end of the line. */
const partsOf = (word: string): readonly string[] => {
  const characters = [...word]
  const parts: string[] = []
  // Quoting makes a character at most four.
  const least = PLAIN.test(word) ? WIDTH : Math.floor(WIDTH / 4) - 1
  const size = quoted(word).length <= WIDTH ? characters.length : least
  for (let at = 0; at < characters.length; at += size) parts.push(quoted(characters.slice(at, at + size).join('')))
  return parts.length === 0 ? ["''"] : parts
}

/** A command line for bash, in lines of a mail's width. */
export const commandLines = (words: readonly string[]): readonly string[] => {
  const lines: string[] = []
  for (const word of words) {
    const [first, ...more] = partsOf(word)
    const last = lines.at(-1)
    if (last === undefined) lines.push(`  ${first}`)
    else if (last.length + first!.length < WIDTH) lines[lines.length - 1] = `${last} ${first}`
    else {
      lines[lines.length - 1] = `${last} \\`
      lines.push(`    ${first}`)
    }
    for (const part of more) {
      lines[lines.length - 1] += '\\'
      lines.push(part)
    }
  }
  return lines
}
