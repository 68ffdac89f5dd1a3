// SPDX-License-Identifier: MIT
import { type GuestRecord, ofType } from '../guest/records.ts'
import type { Exposure, Finding } from '../model/results.ts'
import { type Splat, stackOf } from '../splat/index.ts'
import type { Observation } from './observation.ts'

type Place = NonNullable<Exposure['failedIn']>

// The clock of the console may run this much behind that of the records.
const CLOCKS_MS = 500

/** Where a report was printed: in the lane in which the guest died, else in the last one that had begun. */
export const placeOfSplat = ({ timeS }: Pick<Splat, 'timeS'>, records: readonly GuestRecord[]): Place => {
  const ended = new Set(ofType(records, 'laneEnd').map(({ lane }) => lane))
  const starts = ofType(records, 'laneStart')
  const at = timeS === null ? Number.POSITIVE_INFINITY : timeS * 1000
  const open = starts.find(({ lane }) => !ended.has(lane))
  if (open && at >= open.ms - CLOCKS_MS) return open.lane
  return starts.filter(({ ms }) => ms <= at).at(-1)?.lane ?? 'boot'
}

// The innermost functions tell two bugs apart; those further out are how the workload came there.
const STACK = 3

/** Where and with which stack a splat showed. */
export const shownBy = (splat: Splat, { testimony }: Observation): NonNullable<Finding['shown']> => ({
  in: placeOfSplat(splat, testimony.records),
  stack: stackOf(splat).slice(0, STACK),
})

/** The place of a finding of a boot: with its stack when the kernel reported it. */
export const shownOf = ({ shown, lane }: Finding): NonNullable<Finding['shown']> =>
  shown ?? { in: lane ?? 'boot', stack: [] }
