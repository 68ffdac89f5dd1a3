// SPDX-License-Identifier: MIT
import { holdText } from '../guest/holds.ts'
import { type GuestRecord, ofType } from '../guest/records.ts'
import type { CellResult, Finding } from '../model/results.ts'
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

/** Findings of the boot that fail it: those of the build, known ones and those that the host explains are no search's. */
const failuresOf = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ known, shown }) => !known && shown)

/** When a failure was first reported, or a page first came back wrong, in ms of the guest's clock; undefined when nothing says so. */
const firstMs = ({ splats, testimony: { records } }: Observation, failures: readonly Finding[]): number | undefined => {
  const isFailure = (oracle: string, kind: string, title?: string): boolean =>
    failures.some((one) => one.oracle === oracle && one.kind === kind && (title === undefined || one.title === title))
  const times = [
    ...splats.flatMap(({ timeS, family, title }) =>
      timeS !== null && isFailure('console', family, title) ? [timeS * 1000] : [],
    ),
    ...ofType(records, 'wrongPage').flatMap(({ ms }) => (isFailure('data', 'lost-data') ? [ms] : [])),
  ]
  return times.length === 0 ? undefined : Math.min(...times)
}

type Trial = Extract<GuestRecord, { t: 'trial' }>

/** The trial that was on when it failed; without a time, the last one of the lane that failed. */
const trialOf = (trials: readonly Trial[], at: number | undefined, [first]: readonly Finding[]): Trial | undefined =>
  at === undefined
    ? trials.findLast(({ lane }) => first?.lane === null || lane === first?.lane)
    : trials.findLast(({ ms }) => ms <= at)

/** The holds of a dying kernel, the last one first: it is the likeliest. A point at which nobody was held brought nothing. */
const heldAtPanic = (lines: readonly string[]): readonly Numbered[] => {
  const dying = armedAtPanic(lines)
  const held = dying.filter(({ counts }) => counts.held > 0)
  const latest = lastHeld(lines)
  return [...(held.length > 0 ? held : dying)].sort((a, b) => Number(b.point === latest) - Number(a.point === latest))
}

const tenths = (seconds: number): number => Math.round(10 * seconds) / 10

/** What a search had armed when the kernel failed; null without a search, and when no point was armed. */
export const foundIn = (
  observation: Observation,
  exposure: Exposed,
  findings: readonly Finding[],
): CellResult['found'] => {
  const { holds, testimony, lastConsoleLines } = observation
  const { probes, trialMs } = holds
  const trials = ofType(testimony.records, 'trial')
  const failures = failuresOf(findings)
  const at = firstMs(observation, failures)
  const trial = trialOf(trials, at, failures)
  if (trialMs === null || failures.length === 0 || trial === undefined) return null
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
