// SPDX-License-Identifier: MIT
import type { Splat } from '../../splat/index.ts'
import { toRecords } from '../../splat/lines/record.ts'
import { parseFrame } from '../../splat/parse/frame.ts'
import { readSplats } from '../splats.ts'
import { bytesOf, type Line, linesOf, type Mutated, type WholeLog } from './logs.ts'

/** What the engine got wrong in one mutated log. */
export interface Violation {
  readonly rule: 'throws' | 'wrong function' | 'lost report'
  readonly log: string
  readonly mutation: string
  readonly found: string
  readonly expected: string
  /** The text is that of a whole report: nobody could tell. */
  readonly undecidable: boolean
}

/**
 * The functions that a report of this log may name: those of its own family, or of any where it has none of that family,
 * for example when the line that names the cause is gone.
 */
const mayName = ({ splats }: WholeLog, family: string): readonly (string | null)[] => {
  const same = splats.filter((splat) => splat.family === family)
  return (same.length > 0 ? same : splats).map((splat) => splat.function)
}

const isRight = (splat: Splat, log: WholeLog): boolean =>
  splat.function === null || splat.corrupted !== null || mayName(log, splat.family).includes(splat.function)

const isFrame = (line: string): boolean => {
  const records = toRecords(line, 1)
  return records.length === 1 && parseFrame(records[0]?.text ?? '') !== undefined
}

/** The lines of the report, in its log, that has this one; all of the log where they are in pieces. */
const reportAround = ({ splats, lines }: WholeLog, at: number): readonly [from: number, to: number] => {
  const report = splats.findLast(({ line }) => line <= at)
  const raws = report?.lines ?? []
  const whole = report !== undefined && raws.every((raw, index) => lines[report.line - 1 + index] === raw)
  return whole && raws.length > 0 ? [report.line, report.line + raws.length - 1] : [1, lines.length]
}

/**
 * True where the log without its missing frames alone, every other line in its place, is read the same, or the report of
 * the log is. A stack does not say how many frames it has, nor who called whom: without one of them it is the stack of a
 * kernel whose compiler inlined that function. Where any other line has to be missing as well, its absence can be seen.
 */
const isUndecidable = (splat: Splat, log: WholeLog, lines: readonly Line[]): boolean => {
  const present = new Set(lines.filter((line) => line.log === log).map(({ at }) => at))
  const kept = linesOf(log).filter(({ at, text }) => present.has(at) || !isFrame(text))
  if (kept.length === log.lines.length) return false
  const [from, to] = reportAround(log, lines[splat.line - 1]?.at ?? 1)
  const own = kept.filter(({ at }) => at >= from && at <= to)
  return [kept, own].some((some) => readSplats(bytesOf(some)).some((one) => one.function === splat.function))
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
  const place = { log: log.name, mutation: name, undecidable: false }
  let found: readonly Splat[]
  try {
    found = readSplats(bytesOf(lines))
  } catch (error) {
    return [{ ...place, rule: 'throws', found: String(error), expected: 'no exception' }]
  }
  const wrong = found.flatMap((splat): readonly Violation[] => {
    const from = lines[splat.line - 1]?.log ?? log
    if (isRight(splat, from)) return []
    const names = mayName(from, splat.family)
    const expected = names.join(', ')
    // Where the whole log names nobody, because it is corrupted itself, the right one is not known.
    const undecidable = names.every((name) => name === null) || isUndecidable(splat, from, lines)
    return [{ ...place, rule: 'wrong function', found: shown(splat), expected, undecidable }]
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
