// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import regexpTree from 'regexp-tree'
import type { AstNode, AstRegExp } from 'regexp-tree/ast'
import { packageRoot } from '../../lib/paths.ts'
import { composedBy, literalsIn, type Pump, pumpsOf } from './pumps.ts'

/** Folders whose patterns read what a kernel or a program in it printed. */
const READERS = ['families', 'parse', 'lines', 'engine', 'symbols'] as const

// As they are executed: the lists in `data` are only parts of composed ones.
const wholePatterns = async (): Promise<readonly RegExp[]> => {
  const composed = await composedBy(() => import('../../splat/index.ts'))
  const literals = READERS.flatMap((name) => literalsIn(join(packageRoot, 'harness/splat', name)))
  return [...new Map([...composed, ...literals].map((re) => [String(re), re])).values()]
}

/** Lengths of the texts. The first step shows what is slow before the last one would take hours. */
const LENGTHS = [1 << 12, 1 << 14, 1 << 20] as const
// Time in proportion to the square of the length grows by the square of the step.
const MOST_EXCESS = 2.3
// What the clock and the collector of garbage may add.
const SLACK_MS = 5
const TRIES = 4

const millisecondsOf = (pattern: RegExp, text: string): number => {
  const before = process.cpuUsage()
  pattern.lastIndex = 0
  pattern.exec(text)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/** A text of each length. */
type Texts = readonly [short: string, long: string]

// The machine may be busy, and a pattern is only compiled when it is used again: the least of some tries counts.
const growsTooFast = (pattern: RegExp, [short, long]: Texts): boolean => {
  const before = Math.min(...Array.from({ length: TRIES }, () => millisecondsOf(pattern, short)))
  const most = MOST_EXCESS * (long.length / short.length) * before + SLACK_MS
  for (let i = 0; i < TRIES; i += 1) if (millisecondsOf(pattern, long) <= most) return false
  return true
}

// What no pattern matches, or what `.` does not match.
const ENDS = ['!', '\u2028'] as const

/** The first length at which a text made for the pattern takes more than linear time; undefined up to 1 MiB. */
const slowLength = (pattern: RegExp, { before, pump }: Pump): number | undefined => {
  for (const end of ENDS) {
    const textOf = (length: number): string => before + pump.repeat(Math.ceil(length / pump.length)) + end
    let short = textOf(LENGTHS[0])
    for (const length of LENGTHS.slice(1)) {
      const long = textOf(length)
      if (growsTooFast(pattern, [short, long])) return length
      short = long
    }
  }
  return undefined
}

/** The texts with which a pattern is slow. */
export const slowTexts = (pattern: RegExp): readonly string[] =>
  pumpsOf(pattern).flatMap((pump) => {
    const length = slowLength(pattern, pump)
    return length === undefined ? [] : [`${pattern} on ${length} bytes of ${JSON.stringify(pump)}`]
  })

const alternatives = (node: AstNode | null): readonly (AstNode | null)[] =>
  node?.type === 'Disjunction' ? [...alternatives(node.left), ...alternatives(node.right)] : [node]

const sourceOf = (node: AstNode | null): string => (node === null ? '' : regexpTree.generate(node))

/** The alternatives of `a|b` and of `^(?:a|b)$`: all of them together are linear if each is. */
const branchesOf = (pattern: RegExp): readonly string[] => {
  const { body } = regexpTree.parse(pattern) as AstRegExp
  if (body?.type === 'Disjunction') return alternatives(body).map(sourceOf)
  const [start, group, end] = body?.type === 'Alternative' ? body.expressions : []
  const isWhole = body?.type === 'Alternative' && body.expressions.length === (end === undefined ? 2 : 3)
  if (!isWhole || start?.type !== 'Assertion' || group?.type !== 'Group') return [pattern.source]
  if (end !== undefined && end.type !== 'Assertion') return [pattern.source]
  return alternatives(group.expression).map((node) => `${sourceOf(start)}(?:${sourceOf(node)})${sourceOf(end ?? null)}`)
}

/** Every pattern of the log engine, cut into its alternatives. */
export const readerPatterns = async (): Promise<readonly RegExp[]> => {
  const branches = (await wholePatterns()).flatMap((re) => branchesOf(re).map((source) => new RegExp(source, re.flags)))
  return [...new Map(branches.map((re) => [String(re), re])).values()]
}
