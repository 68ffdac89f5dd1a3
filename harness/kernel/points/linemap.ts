// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import type { PointHold } from '../../inputs/hold/model.ts'
import { plainGit } from '../../inputs/tree/gitenv.ts'
import { exists } from '../../lib/files/exists.ts'
import { HostError } from '../../model/errors.ts'
import type { LineIn } from './place.ts'

/** One change of a diff without context: where it is in the old and in the new file, and its lines there. */
export interface Change {
  readonly line: number
  readonly removed: number
  readonly newLine: number
  readonly added: number
}

const HEADER = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/

/** Reads a diff without context. */
export const readChanges = (diff: string): readonly Change[] =>
  diff.split('\n').flatMap((text) => {
    const match = HEADER.exec(text)
    if (!match) return []
    const [line, removed, newLine, added] = match.slice(1).map((digits) => Number(digits ?? 1))
    return [{ line: line!, removed: removed!, newLine: newLine!, added: added! }]
  })

/** Where a line is after these changes, of a diff without context; undefined when it was changed or removed. */
export const lineAfter = (diff: string, line: number): number | undefined => {
  let moved = line
  for (const change of readChanges(diff)) {
    // A change that removes nothing comes after its line.
    const first = change.removed === 0 ? change.line + 1 : change.line
    if (line < first) break
    if (line < first + change.removed) return undefined
    moved += change.added - change.removed
  }
  return moved
}

/** The diff without context of two files; undefined when one is not there. */
export const diffOf = async (from: string, to: string): Promise<string | undefined> => {
  if (!(await exists(from)) || !(await exists(to))) return undefined
  const options = ['--no-index', '-U0', '--no-color', '--no-ext-diff', '--no-textconv', '--text']
  const { stdout, stderr, exitCode } = await plainGit('/')`git diff ${options} -- ${from} ${to}`
  // 1 is: they differ.
  if (exitCode !== 0 && exitCode !== 1) throw new HostError(`git diff: ${stderr.trim()}`, 'check the cache folder')
  return stdout
}

const filesOf = (holds: readonly PointHold[]): readonly string[] => {
  const points = holds.flatMap((hold) => (hold.kind === 'hold' && hold.until ? [hold.point, hold.until] : [hold.point]))
  return [...new Set(points.flatMap(({ place }) => (place.kind === 'line' ? [place.file] : [])))]
}

/** Where the lines of the tree that these holds name are in a patched source. */
export const lineMap = async (holds: readonly PointHold[], tree: string, patched: string): Promise<LineIn> => {
  const diffs = new Map<string, string | undefined>()
  // A file that the tree has not is no work of the patch: whoever looks for its code says what is wrong.
  for (const file of filesOf(holds))
    diffs.set(file, (await exists(join(tree, file))) ? await diffOf(join(tree, file), join(patched, file)) : '')
  return (file, line) => {
    const diff = diffs.get(file)
    return diff === undefined ? undefined : lineAfter(diff, line)
  }
}
