// SPDX-License-Identifier: MIT
import { holdText } from '../guest/holds.ts'
import { ofType } from '../guest/records.ts'
import type { CellResult, LaneName } from '../model/results.ts'
import type { Observation } from './observation.ts'

/** A hold by the numbers of its points, as the guest writes it. */
interface Numbered {
  readonly point: number
  readonly until: number
  readonly us: number
}

// The panic notifier of zsharness_hold prints a line for each armed point. The line is the console's own: it ends with counts.
const ARMED = /\bzsharness_hold: point (\d+) until (-?\d+) for (\d+) us: \d+ reached, \d+ held, \d+ met, \d+ timed out$/

const atPanic = (lines: readonly string[]): readonly Numbered[] =>
  lines.flatMap((line) => {
    const [, point, until, us] = ARMED.exec(line.trimEnd()) ?? []
    return point === undefined ? [] : [{ point: Number(point), until: Number(until), us: Number(us) }]
  })

type Exposed = NonNullable<CellResult['exposure']>

const secondsUntil = ({ lanes }: Exposed): number => lanes.reduce((sum, { seconds }) => sum + seconds, 0)

/** What a search had armed when the kernel failed; null without a search, and when no point was armed. */
export const foundIn = (
  { holds: { probes, trialMs }, testimony: { records }, lastConsoleLines }: Observation,
  exposure: Exposed,
): CellResult['found'] => {
  const last = ofType(records, 'trial').at(-1)
  if (trialMs === null || last === undefined) return null
  const printed = atPanic(lastConsoleLines)
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
