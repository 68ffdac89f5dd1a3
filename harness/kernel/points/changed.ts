// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Change, diffOf, readChanges } from './linemap.ts'
import { readSource, type SourceFunction } from './source.ts'

/** What a patch changes, by name: the same for both legs. */
export interface Changed {
  readonly functions: readonly string[]
  /** Macros and fields outside of functions. */
  readonly names: readonly string[]
}

interface Lines {
  readonly line: number
  readonly count: number
}

// Where nothing was removed, the change lies between a line and the next one: in a function that has both.
const isIn = ({ first, last }: SourceFunction, { line, count }: Lines): boolean =>
  count === 0 ? first <= line && line < last : line <= last && first < line + count

/** The macros and fields that these lines define. */
export const definedIn = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => {
    const macro = /^\s*#\s*define\s+(\w+)/.exec(line)?.[1]
    const field = /^\s+(?:\w+\s+)+\**(\w+)(?:\[[^\]]*\])*(?:\s*:\s*\w+)?;/.exec(line)?.[1]
    return macro ?? field ?? []
  })

/** What changes in one text of a file. */
export const changedIn = (text: string, changes: readonly Lines[]): Changed => {
  const functions = readSource(text)
  const lines = text.split('\n')
  const isOutside = (line: number): boolean => !functions.some(({ first, last }) => first <= line && line <= last)
  const outside = changes.flatMap(({ line, count }) =>
    Array.from({ length: count }, (_, index) => line + index).filter(isOutside),
  )
  return {
    functions: functions.filter((one) => changes.some((change) => isIn(one, change))).map(({ name }) => name),
    names: definedIn(outside.map((line) => lines[line - 1] ?? '')),
  }
}

const readText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })

const sidesOf = (change: Change): readonly Lines[] => [
  { line: change.line, count: change.removed },
  { line: change.newLine, count: change.added },
]

const changedFile = async (before: string, after: string): Promise<readonly Changed[]> => {
  const diff = await diffOf(before, after)
  const changes = readChanges(diff ?? '').map(sidesOf)
  const sides = await Promise.all([before, after].map(readText))
  return sides.map((text, side) =>
    changedIn(
      text,
      changes.map((change) => change[side]!),
    ),
  )
}

/** What differs between two sources in the files that a patch touches. */
export const changedBetween = async (before: string, after: string, files: readonly string[]): Promise<Changed> => {
  const all = (await Promise.all(files.map((file) => changedFile(join(before, file), join(after, file))))).flat()
  return {
    functions: [...new Set(all.flatMap(({ functions }) => functions))],
    names: [...new Set(all.flatMap(({ names }) => names))],
  }
}
