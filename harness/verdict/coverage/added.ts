// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { sh } from '../../lib/process/sh.ts'

const HUNK = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/

/** Line numbers of the new file that a unified diff without context adds. */
export const addedLines = (diff: string): readonly number[] =>
  diff.split('\n').flatMap((line) => {
    const match = HUNK.exec(line)
    if (!match) return []
    const [first, count] = [Number(match[1]), Number(match[2] ?? 1)]
    return Array.from({ length: count }, (_, index) => first + index)
  })

/** The lines that `file` has in one source and not in the other. */
export const addedBetween = async (before: string, after: string, file: string): Promise<readonly number[]> =>
  addedLines((await sh`diff -U0 ${join(before, file)} ${join(after, file)}`).stdout)
