// SPDX-License-Identifier: MIT
import { holdText } from '../guest/holds.ts'
import { ofType } from '../guest/records.ts'
import type { CellResult, LaneName } from '../model/results.ts'
import { armedAtPanic, lastHeld } from './atpanic.ts'
import type { Observation } from './observation.ts'

type Exposed = NonNullable<CellResult['exposure']>

const secondsUntil = ({ lanes }: Exposed): number => lanes.reduce((sum, { seconds }) => sum + seconds, 0)

/** What a search had armed when the kernel failed; null without a search, and when no point was armed. */
export const foundIn = (
  { holds: { probes, trialMs }, testimony: { records }, lastConsoleLines }: Observation,
  exposure: Exposed,
): CellResult['found'] => {
  const last = ofType(records, 'trial').at(-1)
  if (trialMs === null || last === undefined) return null
  const dying = armedAtPanic(lastConsoleLines)
  const held = dying.filter(({ counts }) => counts.held > 0)
  // A point at which nobody was held cannot have brought it; the last one is the likeliest.
  const latest = lastHeld(lastConsoleLines)
  const printed = [...(held.length > 0 ? held : dying)].sort(
    (a, b) => Number(b.point === latest) - Number(a.point === latest),
  )
  const armed = (printed.length > 0 ? printed : last.armed).filter(
    ({ point, until }) => probes[point] !== undefined && (until < 0 || probes[until] !== undefined),
  )
  const lane: LaneName = last.lane
  return armed.length === 0
    ? null
    : {
        lane,
        seconds: Math.round(10 * secondsUntil(exposure)) / 10,
        trial: last.number,
        armed: armed.map((one) => holdText(probes, one)),
        minimised: null,
      }
}
