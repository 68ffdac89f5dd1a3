// SPDX-License-Identifier: MIT
import type { Splat } from '../../splat/index.ts'
import { readSplats } from '../splats.ts'
import { bytesOf, type Line, type Mutated, type WholeLog } from './logs.ts'

/** What the engine got wrong in one mutated log. */
export interface Violation {
  readonly rule: 'throws' | 'wrong function' | 'lost report'
  readonly log: string
  readonly mutation: string
  readonly found: string
  readonly expected: string
}

/**
 * The functions that a report of this log may name: those of its own family, or of any where it has none of that family,
 * for example when the line that names the cause is gone.
 */
const mayName = ({ splats }: WholeLog, family: string): readonly (string | null)[] => {
  const same = splats.filter((splat) => splat.family === family)
  return (same.length > 0 ? same : splats).map((splat) => splat.function)
}

const names = (line: string, name: string): boolean => line.includes(name)

/**
 * True where a line that names the function is gone: nobody could find it in what is left. A demangled name is in no line, so
 * that any line may be the one.
 */
const isGone = (log: WholeLog, present: ReadonlySet<number>, name: string): boolean => {
  const isThere = log.lines.flatMap((line, index) => (names(line, name) ? [present.has(index + 1)] : []))
  return isThere.length === 0 ? present.size < log.lines.length : isThere.includes(false)
}

const isRight = (splat: Splat, log: WholeLog, lines: readonly Line[]): boolean => {
  const { function: name } = splat
  if (name === null || splat.corrupted !== null) return true
  const allowed = mayName(log, splat.family)
  if (allowed.includes(name)) return true
  const present = new Set(lines.filter((line) => line.log === log).map(({ at }) => at))
  return allowed.some((one) => one !== null && isGone(log, present, one))
}

const shown = ({ family, kind, title, line, corrupted, function: name }: Splat): string =>
  `line ${line}: ${title} (${family}/${kind} in ${name}${corrupted === null ? '' : `, corrupted: ${corrupted}`})`

const lost = (keeps: readonly Splat[], found: readonly Splat[]): readonly Splat[] => {
  const left = found.map(({ family }) => family)
  return keeps.filter(({ family }) => {
    const at = left.indexOf(family)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

/**
 * Reads a mutated log. A cut or a loss may take the function from a report, but none may name a wrong one and not say that
 * it is corrupted; two reports at once are both listed.
 */
export const judge = (log: WholeLog, { name, lines, keeps }: Mutated): readonly Violation[] => {
  const place = { log: log.name, mutation: name }
  let found: readonly Splat[]
  try {
    found = readSplats(bytesOf(lines))
  } catch (error) {
    return [{ ...place, rule: 'throws', found: String(error), expected: 'no exception' }]
  }
  const wrong = found.flatMap((splat): readonly Violation[] => {
    const from = lines[splat.line - 1]?.log ?? log
    if (isRight(splat, from, lines)) return []
    return [{ ...place, rule: 'wrong function', found: shown(splat), expected: mayName(from, splat.family).join(', ') }]
  })
  const gone = lost(keeps ?? [], found).map(
    (splat): Violation => ({
      ...place,
      rule: 'lost report',
      found: found.map(shown).join('; '),
      expected: shown(splat),
    }),
  )
  return [...wrong, ...gone]
}
