// SPDX-License-Identifier: MIT
import type { Coverage } from '../verdict/coverage/schema.ts'
import type { DiffLine } from './difflines.ts'

/** How often a line ran over some boots. */
export interface Ran {
  /** Null for a line without code. */
  readonly count: number | null
  readonly lanes: Readonly<Record<string, number>>
}

type Line = Coverage['files'][number]['lines'][number]

const summed = (a: Line, b: Line): Line => {
  const lanes = { ...a.lanes }
  for (const [lane, times] of Object.entries(b.lanes)) lanes[lane] = (lanes[lane] ?? 0) + times
  return { ...a, count: a.count === null || b.count === null ? (a.count ?? b.count) : a.count + b.count, lanes }
}

const linesOf = (coverages: readonly Coverage[], file: string): readonly Line[] => {
  const lines = new Map<number, Line>()
  for (const one of coverages.flatMap(({ files }) => files).filter((entry) => entry.file === file))
    for (const next of one.lines) {
      const old = lines.get(next.line)
      lines.set(next.line, old ? summed(old, next) : next)
    }
  return [...lines.values()].sort((a, b) => a.line - b.line)
}

/** The longest common subsequence, as pairs of indices. */
const align = (a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] => {
  const length = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      length[i]![j] = a[i] === b[j] ? length[i + 1]![j + 1]! + 1 : Math.max(length[i + 1]![j]!, length[i]![j + 1]!)
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; )
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if (length[i + 1]![j]! >= length[i]![j + 1]!) i++
    else j++
  return pairs
}

/**
 * How often each added line of a patch ran. A patch may apply at an offset, so its lines are found by their text and
 * order, not by their numbers.
 */
export const ranLines = (lines: readonly DiffLine[], coverages: readonly Coverage[]): ReadonlyMap<DiffLine, Ran> => {
  const ran = new Map<DiffLine, Ran>()
  for (const file of new Set(lines.map((line) => line.file))) {
    if (file === null) continue
    const patched = lines.filter(({ kind, file: own }) => kind === 'add' && own === file)
    const measured = linesOf(coverages, file)
    const pairs = align(
      patched.map(({ text }) => text.slice(1)),
      measured.map(({ text }) => text),
    )
    for (const [i, j] of pairs) ran.set(patched[i]!, measured[j]!)
  }
  return ran
}
