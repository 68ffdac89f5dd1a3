// SPDX-License-Identifier: MIT
import type { Lane } from '../guest/lanes.ts'
import { type GuestRecord, ofType } from '../guest/records.ts'
import type { CellResult, Exposure } from '../model/results.ts'
import { matchesSignature } from '../splat/index.ts'
import type { Observation } from './observation.ts'

type LaneRecord = Extract<GuestRecord, { t: 'laneStart' | 'laneEnd' | 'sample' }>

const lastOf = <T extends LaneRecord>(records: readonly T[], lane: string): T | undefined =>
  records.filter((one) => one.lane === lane).at(-1)

// The panic notifier of zsharness_race prints it: the records of a dying guest end up to a second before.
const LAST_COUNT = /\bzsharness_race: (\d+) hits in (\d+) windows$/

const lastCount = (lines: readonly string[]): number | undefined => {
  const counts = lines.flatMap((line) => LAST_COUNT.exec(line.trimEnd())?.[1] ?? [])
  return counts.length === 0 ? undefined : Number(counts.at(-1))
}

/** Hits in a lane; the counters of samples and of the last count start at the load of the module. */
const hitsIn = ({ testimony: { records }, lastConsoleLines, amplified }: Observation, lane: Lane): number | null => {
  if (!lane.opensWindows || !amplified) return null
  const ends = ofType(records, 'laneEnd')
  const end = lastOf(ends, lane.name)
  if (end) return end.race?.hits ?? null
  const earlier = ends.reduce((sum, { race }) => sum + (race?.hits ?? 0), 0)
  const sampled = lastOf(ofType(records, 'sample'), lane.name)?.race?.hits ?? 0
  const last = lastCount(lastConsoleLines)
  return last === undefined || last < sampled ? null : last - earlier
}

// A dead guest would have sent its next sample within a second.
const SAMPLE_S = 1

const secondsIn = ({ testimony: { records } }: Observation, { name }: Lane, plannedS: number): number =>
  lastOf(ofType(records, 'laneEnd'), name)
    ? plannedS
    : (lastOf(ofType(records, 'sample'), name)?.elapsedMs ?? 0) / 1000 + SAMPLE_S

// The clock of the console may run this much behind that of the records.
const CLOCKS_MS = 500

/** Where the bug showed: where the guest died, else where the report was printed. */
const failedIn = ({ testimony: { records }, splats, signature }: Observation): Exposure['failedIn'] => {
  const splat = splats.find((one) => signature.some((wanted) => matchesSignature(one, wanted)))
  if (!splat) return null
  const ended = new Set(ofType(records, 'laneEnd').map(({ lane }) => lane))
  const starts = ofType(records, 'laneStart')
  const at = splat.timeS === null ? Number.POSITIVE_INFINITY : splat.timeS * 1000
  const open = starts.find(({ lane }) => !ended.has(lane))
  if (open && at >= open.ms - CLOCKS_MS) return open.lane
  return starts.filter(({ ms }) => ms <= at).at(-1)?.lane ?? 'boot'
}

/** How often the bug had its chance in this boot, counted in the same way whether the guest finished or died. */
export const exposureOf = (observation: Observation, lanes: readonly Lane[]): Exposure => {
  const { records } = observation.testimony
  return {
    lanes: lanes.flatMap((lane) => {
      const start = lastOf(ofType(records, 'laneStart'), lane.name)
      const skipped = lastOf(ofType(records, 'laneEnd'), lane.name)?.status === 'skipped'
      if (!lane.meetsBug || !start || skipped) return []
      const seconds = secondsIn(observation, lane, start.seconds)
      return [{ lane: lane.name, seconds, hits: hitsIn(observation, lane) }]
    }),
    failedIn: failedIn(observation),
  }
}

/** Whether the kernel of this cell was booted, and the boot says something about it. */
export const hasBooted = ({
  verdict,
  exposure,
  evidence,
}: Pick<CellResult, 'verdict' | 'exposure' | 'evidence'>): boolean =>
  verdict !== 'error' && (exposure !== null || evidence.cpusOnline > 0)
