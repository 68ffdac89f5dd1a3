// SPDX-License-Identifier: MIT
import { generations } from '../../guest/generation.ts'
import { formatHold } from '../../inputs/hold/format.ts'
import { isAtPoint, type Place, type Point } from '../../inputs/hold/model.ts'
import { parseHold } from '../../inputs/hold/parse.ts'
import { UsageError } from '../../model/errors.ts'
import type { TestResult } from '../tester.ts'

const canonical = (text: string): string => formatHold(parseHold(text, text))

/**
 * The hold points of a series for the commits of a history. The race of lane `race` is left out: the harness knows the
 * functions that it needs in each kernel.
 */
export const holdsForHistory = (texts: readonly string[]): readonly string[] => {
  const races = generations.flatMap(({ hold }) => (hold === null ? [] : [canonical(hold)]))
  return texts.length === 1 && races.includes(canonical(texts[0]!)) ? [] : texts
}

const moves = (place: Place): boolean => place.kind === 'line' || (place.kind === 'symbol' && place.offset !== 0)

const pointsIn = (text: string, where: string): readonly Point[] => {
  const hold = parseHold(text, where)
  if (!isAtPoint(hold)) return []
  return hold.kind === 'hold' && hold.until !== null ? [hold.point, hold.until] : [hold.point]
}

/** Throws for a point that is another place in each commit: its runs could not be compared. */
export const refuseMoving = (texts: readonly string[], where: (text: string) => string): void => {
  const moving = texts.find((text) => pointsIn(text, where(text)).some(({ place }) => moves(place)))
  if (moving !== undefined)
    throw new UsageError(
      `${where(moving)}: a line, or an offset, is another place in each commit`,
      'name a function, or a call in it: FUNCTION>CALLEE',
    )
}

/** The result of a commit whose kernel has not all hold points; any other error is thrown again. */
export const withoutPoint = (error: unknown): TestResult => {
  if (!(error instanceof UsageError)) throw error
  return { kind: 'untestable', why: error.message, sightings: [] }
}
