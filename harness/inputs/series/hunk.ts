// SPDX-License-Identifier: MIT
import { type Cursor, Malformed } from './cursor.ts'

/** One line of a hunk. */
export interface HunkLine {
  /** `note` is `\ No newline at end of file`. */
  readonly kind: 'add' | 'del' | 'same' | 'note'
  /** As it is in the diff, with its first character. */
  readonly text: string
  /** Its number in the old file; undefined for an added line. */
  readonly oldLine: number | undefined
  /** Its number in the new file; undefined for a removed line. */
  readonly newLine: number | undefined
}

/** One `@@` part of a file's diff. */
export interface Hunk {
  readonly header: string
  readonly lines: readonly HunkLine[]
}

const KINDS: ReadonlyMap<string, HunkLine['kind']> = new Map([
  [' ', 'same'],
  // An empty context line that lost its blank to an editor.
  ['', 'same'],
  ['+', 'add'],
  ['-', 'del'],
  ['\\', 'note'],
])

const kindOf = (text: string): HunkLine['kind'] | undefined => KINDS.get(text.slice(0, 1))

/** Where a hunk's next lines are in both files, and where the hunk ends there. */
interface Place {
  readonly hunk: number
  oldLine: number
  newLine: number
  readonly oldEnd: number
  readonly newEnd: number
}

const isOpen = ({ oldLine, oldEnd, newLine, newEnd }: Place): boolean => oldLine < oldEnd || newLine < newEnd

const HUNK = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/

/** Whether this is the header of a hunk. */
export const isHunk = (text: string): boolean => HUNK.test(text)

const placeOf = (header: string, hunk: number): Place | undefined => {
  const match = HUNK.exec(header)
  if (!match) return undefined
  const [oldLine, oldCount, newLine, newCount] = match.slice(1).map((digits) => Number(digits ?? 1))
  return { hunk, oldLine: oldLine!, newLine: newLine!, oldEnd: oldLine! + oldCount!, newEnd: newLine! + newCount! }
}

/** Whether the diff ends here. The `-- ` before a mail's signature looks like a removed line `- `. */
const endsHere = (cursor: Cursor, { oldLine, oldEnd, newLine, newEnd }: Place): boolean => {
  const text = cursor.peek()
  if (text === undefined || /^(?:diff --git |From [0-9a-f]{40} )/.test(text)) return true
  if (text !== '-- ') return false
  const [oldLeft, newLeft] = [oldEnd - oldLine, newEnd - newLine]
  if (oldLeft === 1 && newLeft === 0) return false
  const next = cursor.peek(1)
  return oldLeft === 0 || next === undefined || kindOf(next) === undefined
}

/** A line of this kind with its numbers. */
const numbered = (kind: HunkLine['kind'], text: string, place: Place): HunkLine => ({
  kind,
  text,
  oldLine: kind === 'same' || kind === 'del' ? place.oldLine++ : undefined,
  newLine: kind === 'same' || kind === 'add' ? place.newLine++ : undefined,
})

const takeLine = (cursor: Cursor, place: Place): HunkLine => {
  const { line } = cursor
  const { hunk, oldEnd, newEnd } = place
  if (endsHere(cursor, place)) {
    const missing = `${oldEnd - place.oldLine} more old and ${newEnd - place.newLine} more new lines`
    throw new Malformed(line, `the patch ends here, but hunk #${hunk} promises ${missing}`)
  }
  const text = cursor.take()
  const kind = kindOf(text)
  if (kind === undefined) {
    const damage = `a line of hunk #${hunk} begins with "${text[0]}", not blank, + or -`
    throw new Malformed(line, `white space is damaged: ${damage}`)
  }
  const taken = numbered(kind, text, place)
  if (place.oldLine > oldEnd || place.newLine > newEnd)
    throw new Malformed(line, `hunk #${hunk} has more lines than its header says`)
  return taken
}

/** The hunk that starts at the next line; `hunk` is its number in the file. */
export const takeHunk = (cursor: Cursor, hunk: number): Hunk => {
  const { line } = cursor
  const header = cursor.take()
  const place = placeOf(header, hunk)
  if (!place) throw new Malformed(line, `"${header}" is not a hunk header`)
  const lines: HunkLine[] = []
  while (isOpen(place) || cursor.peek()?.startsWith('\\')) lines.push(takeLine(cursor, place))
  return { header, lines }
}
