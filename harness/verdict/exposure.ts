// SPDX-License-Identifier: MIT
import { countsHits } from '../guest/holds.ts'
import type { Lane } from '../guest/lanes.ts'
import { type GuestRecord, ofType } from '../guest/records.ts'
import type { CellResult, Exposure, Finding } from '../model/results.ts'
import type { Splat } from '../splat/index.ts'
import { lastHits } from './atpanic.ts'
import { isExplainedByHost } from './host.ts'
import type { Observation } from './observation.ts'
import { placeOfSplat, shownOf } from './shown.ts'
import { splatShows } from './signature.ts'

type LaneRecord = Extract<GuestRecord, { t: 'laneStart' | 'laneEnd' | 'sample' }>

const lastOf = <T extends LaneRecord>(records: readonly T[], lane: string): T | undefined =>
  records.filter((one) => one.lane === lane).at(-1)

/** Hits in a lane; the counters of samples and of the last count start at the load of the module. */
const hitsIn = ({ testimony: { records }, lastConsoleLines, holds }: Observation, lane: Lane): number | null => {
  if (!countsHits(holds, lane.name)) return null
  const ends = ofType(records, 'laneEnd')
  const end = lastOf(ends, lane.name)
  if (end) return end.race?.hits ?? null
  const earlier = ends.reduce((sum, { race }) => sum + (race?.hits ?? 0), 0)
  const sampled = lastOf(ofType(records, 'sample'), lane.name)?.race?.hits ?? 0
  const last = lastHits(lastConsoleLines)
  return last === undefined || last < sampled ? null : last - earlier
}

// A dead guest would have sent its next sample within a second.
const SAMPLE_S = 1

const secondsIn = ({ testimony: { records } }: Observation, { name }: Lane, plannedS: number): number => {
  if (!lastOf(ofType(records, 'laneEnd'), name))
    return (lastOf(ofType(records, 'sample'), name)?.elapsedMs ?? 0) / 1000 + SAMPLE_S
  if (name !== 'workload') return plannedS
  // The user's programs may end long before their limit.
  const longest = Math.max(0, ...ofType(records, 'workloadEnd').map(({ elapsedMs }) => elapsedMs / 1000))
  return Math.min(plannedS, longest)
}

/** Where the bug showed: where the guest died, else where the report was printed, else where it was found. */
const failedIn = (observation: Observation, findings: readonly Finding[]): Exposure['failedIn'] => {
  const { splats, signature } = observation
  const { records } = observation.testimony
  const isOwn = ({ family, title }: Splat): boolean =>
    !isExplainedByHost({ oracle: 'console', kind: family, title }, observation)
  const splat = splats.find((one) => splatShows(one, signature) && isOwn(one))
  if (splat) return placeOfSplat(splat, records)
  const found = findings.find((one) => one.signature && !one.known)
  return found ? shownOf(found).in : null
}

type WorkloadEnd = Extract<GuestRecord, { t: 'workloadEnd' }>

// A program that gives up at once has not tried what it is for.
const succeeded = ({ timedOut, signals, exits }: WorkloadEnd): boolean =>
  !timedOut && signals.length === 0 && exits.every(({ status }) => status === 0)

/** Whether the user's programs all ended by themselves, with status 0: then each was one whole try. Otherwise their time counts. Nothing elsewhere, and where the guest died. */
const endedIn = (records: readonly GuestRecord[], { name }: Lane): { readonly ended?: boolean } =>
  name === 'workload' && lastOf(ofType(records, 'laneEnd'), name)
    ? { ended: ofType(records, 'workloadEnd').every(succeeded) }
    : {}

/** How often the bug had its chance in this boot, counted in the same way whether the guest finished or died. */
export const exposureOf = (
  observation: Observation,
  lanes: readonly Lane[],
  findings: readonly Finding[] = [],
): Exposure => {
  const { records } = observation.testimony
  return {
    lanes: lanes.flatMap((lane) => {
      const start = lastOf(ofType(records, 'laneStart'), lane.name)
      const skipped = lastOf(ofType(records, 'laneEnd'), lane.name)?.status === 'skipped'
      if (!lane.meetsBug || !start || skipped) return []
      const seconds = secondsIn(observation, lane, start.seconds)
      return [{ lane: lane.name, seconds, hits: hitsIn(observation, lane), ...endedIn(records, lane) }]
    }),
    failedIn: failedIn(observation, findings),
  }
}

/** Whether the kernel of this cell was booted, and the boot says something about it. */
export const hasBooted = ({
  verdict,
  exposure,
  evidence,
}: Pick<CellResult, 'verdict' | 'exposure' | 'evidence'>): boolean =>
  verdict !== 'error' && (exposure !== null || evidence.cpusOnline > 0)
