// SPDX-License-Identifier: MIT
import { holdText } from '../guest/holds.ts'
import { ofType } from '../guest/records.ts'
import type { CellResult, LaneName } from '../model/results.ts'
import type { Observation } from './observation.ts'
import { pointsAtPanic } from './panic.ts'

type Exposed = NonNullable<CellResult['exposure']>

const secondsUntil = ({ lanes }: Exposed): number => lanes.reduce((sum, { seconds }) => sum + seconds, 0)

/** What a search had armed when the kernel failed; null without a search, and when no point was armed. */
export const foundIn = (
  { holds: { probes, trialMs }, testimony: { records }, lastConsoleLines }: Observation,
  exposure: Exposed,
): CellResult['found'] => {
  const last = ofType(records, 'trial').at(-1)
  if (trialMs === null || last === undefined) return null
  const printed = pointsAtPanic(lastConsoleLines)
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
