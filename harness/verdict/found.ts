// SPDX-License-Identifier: MIT
import { holdText } from '../guest/holds.ts'
import { ofType } from '../guest/records.ts'
import type { CellResult } from '../model/results.ts'
import { armedAtPanic, lastHeld } from './atpanic.ts'
import type { Observation } from './observation.ts'

/** A hold by the numbers of its points; -1 is no second point. */
interface Numbered {
  readonly point: number
  readonly until: number
  readonly us: number
}

type Exposed = NonNullable<CellResult['exposure']>

const secondsUntil = ({ lanes }: Exposed): number => lanes.reduce((sum, { seconds }) => sum + seconds, 0)

/** When the kernel first reported, or a page first came back wrong, in ms of the guest's clock; undefined when neither says so. */
const firstMs = ({ splats, testimony: { records } }: Observation): number | undefined => {
  const times = [
    ...splats.flatMap(({ timeS }) => (timeS === null ? [] : [timeS * 1000])),
    ...ofType(records, 'wrongPage').map(({ ms }) => ms),
  ]
  return times.length === 0 ? undefined : Math.min(...times)
}

/** The holds of a dying kernel, the last one first: it is the likeliest. A point at which nobody was held brought nothing. */
const heldAtPanic = (lines: readonly string[]): readonly Numbered[] => {
  const dying = armedAtPanic(lines)
  const held = dying.filter(({ counts }) => counts.held > 0)
  const latest = lastHeld(lines)
  return [...(held.length > 0 ? held : dying)].sort((a, b) => Number(b.point === latest) - Number(a.point === latest))
}

const tenths = (seconds: number): number => Math.round(10 * seconds) / 10

/** What a search had armed when the kernel failed; null without a search, and when no point was armed. */
export const foundIn = (observation: Observation, exposure: Exposed): CellResult['found'] => {
  const { holds, testimony, lastConsoleLines } = observation
  const { probes, trialMs } = holds
  const trials = ofType(testimony.records, 'trial')
  const at = firstMs(observation)
  const trial = trials.findLast(({ ms }) => at === undefined || ms <= at)
  if (trialMs === null || trial === undefined) return null
  // A kernel that lived on armed others since.
  const printed = trial === trials.at(-1) ? heldAtPanic(lastConsoleLines) : []
  const armed = (printed.length > 0 ? printed : trial.armed).filter(
    ({ point, until }) => probes[point] !== undefined && (until < 0 || probes[until] !== undefined),
  )
  if (armed.length === 0) return null
  const { lane, number } = trial
  const begun = ofType(testimony.records, 'laneStart')[0]?.ms ?? 0
  return {
    ...{ lane, trial: number, minimised: null },
    seconds: tenths(at === undefined ? secondsUntil(exposure) : (at - begun) / 1000),
    armed: armed.map((one) => holdText(probes, one)),
  }
}
