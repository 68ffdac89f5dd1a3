// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { parseDiff } from '../../inputs/series/diff.ts'
import { sh } from '../../lib/process/sh.ts'

/** The numbers of the lines that a diff adds, in the new files. */
export const addedLines = (diff: string): readonly number[] => {
  const lines = parseDiff(diff).files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines))
  return lines.flatMap(({ kind, newLine }) => (kind === 'add' && newLine !== undefined ? [newLine] : []))
}

/** The numbers of the lines that `file` has in `after` and not in `before`. */
export const addedBetween = async (before: string, after: string, file: string): Promise<readonly number[]> => {
  // Only lines are read from the diff: a label of its own keeps odd names out. -N takes a new file for an empty one.
  const flags = ['-N', '-a', '-U0', '--label', 'a/file', '--label', 'b/file']
  return addedLines((await sh`diff ${flags} ${join(before, file)} ${join(after, file)}`).stdout)
}
