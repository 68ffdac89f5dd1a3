// SPDX-License-Identifier: MIT
import { type FileDiff, parseDiff } from '../inputs/series/diff.ts'

export interface DiffLine {
  readonly kind: 'file' | 'hunk' | 'add' | 'del' | 'same'
  readonly text: string
  /** The patched file, and the line's number in it; null where there is none. */
  readonly file: string | null
  readonly line: number | null
}

export interface PatchLines {
  /** The text before the diff. */
  readonly message: string
  readonly lines: readonly DiffLine[]
}

const linesOf = ({ head, to, hunks }: FileDiff): readonly DiffLine[] => {
  const file = to ?? null
  return [
    ...head.map((text) => ({ kind: 'file' as const, text, file, line: null })),
    ...hunks.flatMap(({ header, lines }) => [
      { kind: 'hunk' as const, text: header, file, line: null },
      ...lines.flatMap(({ kind, text, newLine }) =>
        kind === 'note' ? [] : [{ kind, text, file, line: newLine ?? null }],
      ),
    ]),
  ]
}

/** A patch as lines with their places in the patched files. Lines that cannot be parsed have no place. */
export const readPatch = (text: string): PatchLines => {
  const { message, files, unread } = parseDiff(text)
  const rest = unread.map((line) => ({ kind: 'same' as const, text: line, file: null, line: null }))
  return {
    message: message
      .join('\n')
      .replace(/^\s*---\n/, '')
      .trim(),
    lines: [...files.flatMap(linesOf), ...rest],
  }
}
