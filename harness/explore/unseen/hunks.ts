// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { sh } from '../../lib/process/sh.ts'
import { withoutComments } from './branches.ts'

/** What a diff without context changes at one place. */
export interface Change {
  /** The first line of the place in the new file; where nothing is added, the line before which it was. */
  readonly at: number
  readonly added: readonly number[]
  readonly addedText: readonly string[]
  readonly removedText: readonly string[]
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/

/** The changes of a diff with `-U0`. Pure. */
export const changesIn = (diff: string): readonly Change[] => {
  const found: { at: number; added: number[]; addedText: string[]; removedText: string[] }[] = []
  let toRemove = 0
  let toAdd = 0
  for (const line of diff.split('\n')) {
    const open = found.at(-1)
    if (open && toRemove > 0 && line.startsWith('-')) {
      open.removedText.push(line.slice(1))
      toRemove--
    } else if (open && toAdd > 0 && line.startsWith('+')) {
      open.added.push(open.at + open.added.length)
      open.addedText.push(line.slice(1))
      toAdd--
    } else {
      const [, removed = '1', start, added = '1'] = HUNK.exec(line) ?? []
      if (start === undefined) continue
      toRemove = Number(removed)
      toAdd = Number(added)
      // Without an added line, the number is that of the line before.
      found.push({ at: Number(start) + (toAdd === 0 ? 1 : 0), added: [], addedText: [], removedText: [] })
    }
  }
  return found
}

/** What `file` has in `after` and not in `before`, and the other way. */
export const changesBetween = async (before: string, after: string, file: string): Promise<readonly Change[]> => {
  // Only lines are read from the diff: a label of its own keeps odd names out. -N takes a new file for an empty one.
  const flags = ['-N', '-a', '-U0', '--label', 'a/file', '--label', 'b/file']
  return changesIn((await sh`diff ${flags} ${join(before, file)} ${join(after, file)}`).stdout)
}

/** Whether lines have a statement or a declaration, and not only comments, directives and brackets. */
export const haveCode = (lines: readonly string[]): boolean =>
  withoutComments(lines).some((line) => !/^\s*#/.test(line) && line.includes(';'))

const DECIDES = /\b(?:if|else|while|for|switch|case|default|goto|return)\b|&&|\|\||\?/

/** The same, or a part of a condition, which has no semicolon. An empty function has neither. */
export const haveCodeOrCondition = (lines: readonly string[]): boolean =>
  haveCode(lines) || withoutComments(lines).some((line) => !/^\s*#/.test(line) && DECIDES.test(line))

/** A line that has code in the explorer. */
export interface KnownLine {
  readonly ran: boolean
  /** Functions whose code it is. */
  readonly functions: ReadonlySet<string>
}

/** Lines of one file, by their numbers. */
export type KnownLines = ReadonlyMap<number, KnownLine>

const shareFunction = (one: KnownLine, other: KnownLine): boolean =>
  [...one.functions].some((name) => other.functions.has(name))

const TAB = 8

/** How far a line is indented; infinite for one without code, which ends no block. */
const indentOf = (line: string): number => {
  const [space] = /^\s*/.exec(line)!
  if (space.length === line.length) return Number.POSITIVE_INFINITY
  return [...space].reduce((sum, one) => sum + (one === '\t' ? TAB : 1), 0)
}

/** Whether the block of a line goes on without an end up to another one: nothing between them is indented less. */
const isSameBlock = (texts: readonly string[], from: number, to: number, indent: number): boolean =>
  texts.slice(Math.min(from, to) - 1, Math.max(from, to)).every((line) => indentOf(line) >= indent)

const leastIndent = (lines: readonly string[]): number =>
  Math.min(...withoutComments(lines).map((line) => (/^\s*#/.test(line) ? Number.POSITIVE_INFINITY : indentOf(line))))

/**
 * Where code was taken out and nobody can tell whether its place was passed: no line of the same block, before or after it,
 * ran. Between functions there is no place to pass. `texts` are the lines of the new file.
 */
export const removedUnseen = (
  changes: readonly Change[],
  known: KnownLines,
  texts: readonly string[],
): readonly number[] => {
  const numbers = [...known.keys()].sort((a, b) => a - b)
  const isUnseen = ({ at, added, removedText }: Change): boolean => {
    const next = at + added.length
    const [before, after] = [numbers.findLast((line) => line < at), numbers.find((line) => line >= next)]
    if (before === undefined || after === undefined) return false
    if (!shareFunction(known.get(before)!, known.get(after)!)) return false
    const indent = leastIndent(removedText)
    const passed =
      (known.get(before)!.ran && isSameBlock(texts, before, at - 1, indent)) ||
      (known.get(after)!.ran && isSameBlock(texts, next, after, indent))
    return !passed
  }
  return changes
    .filter(({ added, removedText }) => haveCode(removedText) && !added.some((line) => known.has(line)))
    .filter(isUnseen)
    .map(({ at }) => at)
}

// They take code out of what gcc instruments, so its accesses are no places to switch at.
const ATTRIBUTES =
  /\b(?:__no_kcsan\w*|__no_sanitize\w*|no_sanitize\w*|__no_kcov|noinstr|__noinstr\w*|kcsan_disable_current)\b/

/** Added lines that take code out of instrumentation, with the word that does. */
export const uninstrumenting = (changes: readonly Change[]): readonly (readonly [line: number, word: string])[] =>
  changes.flatMap(({ added, addedText }) =>
    withoutComments(addedText).flatMap((text, index) => {
      const word = ATTRIBUTES.exec(text)?.[0]
      return word === undefined ? [] : [[added[index]!, word] as const]
    }),
  )

/** Numbers in a few words: `12-14, 20`. */
export const rangesOf = (lines: readonly number[]): string => {
  const ranges: [number, number][] = []
  for (const line of [...lines].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && line <= last[1] + 1) last[1] = line
    else ranges.push([line, line])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
}
