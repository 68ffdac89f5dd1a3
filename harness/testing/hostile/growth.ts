// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import regexpTree from 'regexp-tree'
import type { AstNode, AstRegExp } from 'regexp-tree/ast'
import { packageRoot } from '../../lib/paths.ts'
import { composedBy, literalsIn, type Pump, pumpsOf, sourcesBelow } from './pumps.ts'

/** Folders whose patterns read what a kernel or a program in it printed. */
const READERS = ['families', 'parse', 'lines', 'engine', 'symbols'] as const

// As they are executed: the lists in `data` are only parts of composed ones.
const wholePatterns = async (): Promise<readonly RegExp[]> => {
  const composed = await composedBy(() => import('../../splat/index.ts'))
  const literals = READERS.flatMap((name) => literalsIn(join(packageRoot, 'harness/splat', name)))
  return different([...composed, ...literals])
}

const different = (patterns: readonly RegExp[]): readonly RegExp[] => [
  ...new Map(patterns.map((re) => [String(re), re])).values(),
]

// The first step shows a cube, the second a square: with longer texts they would take minutes or hours.
const STEPS = [1 << 9, 1 << 11, 1 << 14, 1 << 16] as const
const MIDDLE = 1 << 16
const LONGEST = 1 << 20
// Time in proportion to the square of the length grows by the square of the step.
const MOST_EXCESS = 2.3
// What the clock and the collector of garbage may add.
const SLACK_MS = 5
const TRIES = 4
// No busy machine takes so much longer.
const SURELY = 20
/** Texts of 1 MiB for each pattern: those that took longest when they were shorter. */
const MOST_LONG = 3

const millisecondsOf = (pattern: RegExp, text: string): number => {
  const before = process.cpuUsage()
  pattern.lastIndex = 0
  pattern.exec(text)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

// The machine may be busy: the least of some tries counts, and one that is fast enough ends them.
const leastOf = (pattern: RegExp, text: string, enough: number): number => {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < TRIES && least > enough; i += 1) {
    const ms = millisecondsOf(pattern, text)
    least = Math.min(least, ms)
    if (ms > SURELY * enough) break
  }
  return least
}

/** A text made for a pattern, of any length. */
interface Attack extends Pump {
  readonly end: string
}

const textOf = ({ before, pump, end }: Attack, length: number): string =>
  before + pump.repeat(Math.ceil(length / pump.length)) + end

interface Taken {
  readonly attack: Attack
  readonly length: number
  /** Milliseconds for a text of this length. */
  readonly ms: number
  readonly isSlow: boolean
}

const growth = (pattern: RegExp, attack: Attack, from: number, to: number): Taken => {
  const [short, long] = [textOf(attack, from), textOf(attack, to)]
  // A pattern is only compiled when it is used again.
  const before = Math.min(...Array.from({ length: TRIES }, () => millisecondsOf(pattern, short)))
  const most = MOST_EXCESS * (long.length / short.length) * before + SLACK_MS
  const ms = leastOf(pattern, long, most)
  return { attack, length: to, ms, isSlow: ms > most }
}

// What no pattern matches, or what `.` does not match.
const ENDS = ['!', '\u2028'] as const

const upToMiddle = (pattern: RegExp, attack: Attack): Taken => {
  let taken = growth(pattern, attack, STEPS[0], STEPS[1])
  for (let step = 2; step < STEPS.length && !taken.isSlow; step += 1)
    taken = growth(pattern, attack, STEPS[step - 1]!, STEPS[step]!)
  return taken
}

/**
 * A text with which a pattern takes more than linear time, if there is one. All are tried up to 64 KiB; those that take
 * longest, at 1 MiB.
 */
export const slowTexts = (pattern: RegExp): readonly string[] => {
  const attacks = pumpsOf(pattern).flatMap((pump) => ENDS.map((end) => ({ ...pump, end })))
  const tried: Taken[] = []
  for (const attack of attacks) {
    tried.push(upToMiddle(pattern, attack))
    if (tried.at(-1)?.isSlow) break
  }
  const worst = [...tried].sort((a, b) => b.ms - a.ms).slice(0, MOST_LONG)
  const long = tried.at(-1)?.isSlow ? [] : worst.map(({ attack }) => growth(pattern, attack, MIDDLE, LONGEST))
  return [...tried, ...long]
    .filter(({ isSlow }) => isSlow)
    .map(({ attack, length }) => `${pattern} on ${length} bytes of ${JSON.stringify(attack)}`)
}

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

const cut = (patterns: readonly RegExp[]): readonly RegExp[] =>
  different(patterns.flatMap((re) => branchesOf(re).map((source) => new RegExp(source, re.flags))))

/** Every pattern of the log engine, cut into its alternatives. */
export const readerPatterns = async (): Promise<readonly RegExp[]> => cut(await wholePatterns())

const HARNESS = join(packageRoot, 'harness')
/** Its own patterns test; those of the log engine are cut in another way. */
const ELSEWHERE = ['splat', 'testing'] as const

/** Every other pattern of the harness: what a guest, a build or a patch prints may reach any of them. */
export const otherPatterns = async (): Promise<readonly RegExp[]> => {
  const folders = readdirSync(HARNESS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !(ELSEWHERE as readonly string[]).includes(entry.name))
    .map(({ name }) => join(HARNESS, name))
  const composing = folders.flatMap(sourcesBelow).filter((path) => readFileSync(path, 'utf8').includes('new RegExp('))
  const composed = await composedBy(async () => {
    for (const path of composing) await import(path)
  }, HARNESS)
  return cut([...composed, ...folders.flatMap((folder) => literalsIn(folder))])
}
