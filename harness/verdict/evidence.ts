// SPDX-License-Identifier: MIT

import { type HoldPlan, NO_HOLDS } from '../guest/holds.ts'
import { type GuestRecord, ofType, type Sample, type Testimony } from '../guest/records.ts'
import { formatHold } from '../inputs/hold/format.ts'
import type {
  Evidence,
  HoldEvidence,
  LaneEvidence,
  LaneName,
  SweepEvidence,
  WorkloadEvidence,
} from '../model/results.ts'
import { armedAtPanic } from './atpanic.ts'

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

type LaneEnd = Extract<GuestRecord, { t: 'laneEnd' }>

/** The evidence of a lane that did nothing. */
export const noEvidence = (lane: LaneName): LaneEvidence => ({
  lane,
  status: null,
  elapsedMs: 0,
  writtenBackPages: 0,
  pagesVerified: 0,
  windows: 0,
  hits: 0,
  failedEvictions: 0,
  classesSeen: 0,
  counters: {},
  rates: [],
})

// Counters that a record of any time has; in a sample they are totals since the boot.
const countersOf = ({ zswap, race }: Pick<Sample, 'zswap' | 'race'>) => ({
  writtenBackPages: zswap?.written_back_pages ?? 0,
  windows: race?.windows ?? 0,
  hits: race?.hits ?? 0,
  // Without the module, zswap's own count of failed attempts to shrink the pool.
  failedEvictions: race?.evictFailed ?? zswap?.reject_reclaim_fail ?? 0,
})

type Counters = ReturnType<typeof countersOf>

const combine = (a: Counters, b: Counters, how: (a: number, b: number) => number): Counters => ({
  writtenBackPages: how(a.writtenBackPages, b.writtenBackPages),
  windows: how(a.windows, b.windows),
  hits: how(a.hits, b.hits),
  failedEvictions: how(a.failedEvictions, b.failedEvictions),
})

/** Pages written back a second between a lane's samples. */
const ratesOf = (records: readonly GuestRecord[], name: LaneName): number[] => {
  const samples = ofType(records, 'sample').filter(({ lane }) => lane === name)
  return samples.slice(1).flatMap((now, index) => {
    const before = samples[index]!
    const pages = countersOf(now).writtenBackPages - countersOf(before).writtenBackPages
    const seconds = (now.elapsedMs - before.elapsedMs) / 1000
    return seconds > 0 && pages >= 0 ? [Math.round((10 * pages) / seconds) / 10] : []
  })
}

const fromEnd = (end: LaneEnd): Omit<LaneEvidence, 'rates'> => ({
  lane: end.lane,
  status: end.status,
  elapsedMs: end.elapsedMs,
  pagesVerified: end.pages.verified,
  classesSeen: end.classes?.length ?? 0,
  counters: end.counters,
  ...countersOf(end),
})

// For a lane that died, the last sample is what is known; the lanes before it made the rest of its totals.
const fromSample = (sample: Sample, before: Counters): LaneEvidence => ({
  ...noEvidence(sample.lane),
  elapsedMs: sample.elapsedMs,
  pagesVerified: sample.pages.verified,
  ...combine(countersOf(sample), before, (now, then) => Math.max(0, now - then)),
})

/** What each lane exercised, in the order in which they began. */
const lanesOf = (records: readonly GuestRecord[]): readonly LaneEvidence[] => {
  const names = [...new Set(ofType(records, 'laneStart').map(({ lane }) => lane))]
  let before = countersOf({ zswap: null, race: null })
  return names.map((name) => {
    const sample = ofType(records, 'sample').findLast(({ lane }) => lane === name)
    const end = ofType(records, 'laneEnd').find(({ lane }) => lane === name)
    const own = end ? fromEnd(end) : sample ? fromSample(sample, before) : noEvidence(name)
    before = combine(before, own, (a, b) => a + b)
    return { ...own, rates: ratesOf(records, name) }
  })
}

const workloadsOf = (records: readonly GuestRecord[]): readonly WorkloadEvidence[] =>
  ofType(records, 'workloadEnd').map(
    ({ name, processes, error, exits, signals, timedOut, elapsedMs, stdoutBytes, stderrBytes }) => ({
      ...{ name, processes, error, exits, signals, timedOut, elapsedMs, stdoutBytes, stderrBytes },
    }),
  )

/** What happened at each hold point: in all lanes that ended, or until the panic where it was armed then. */
const holdsOf = (
  records: readonly GuestRecord[],
  probes: HoldPlan['probes'],
  lines: readonly string[],
): HoldEvidence[] => {
  const ends = ofType(records, 'laneEnd')
  const dying = armedAtPanic(lines)
  return probes.map(({ name }, index) => {
    const of = (counter: number): number => sum(ends.map(({ points }) => points[index]?.[counter] ?? 0))
    const own = { reached: of(0), held: of(1), met: of(2), timedOut: of(3), overridden: of(4), missed: of(6) }
    return { point: name, ...own, ...dying.find(({ point }) => point === index)?.counts }
  })
}

/** What each sweep did in the lanes that ended. */
const failNthOf = (records: readonly GuestRecord[], sweeps: HoldPlan['sweeps']): SweepEvidence[] => {
  const ends = ofType(records, 'laneEnd')
  return sweeps.map((one, index) => ({
    sweep: formatHold(one),
    set: sum(ends.map(({ failNth }) => failNth[index]?.[0] ?? 0)),
    injected: sum(ends.map(({ failNth }) => failNth[index]?.[1] ?? 0)),
  }))
}

const searchOf = (records: readonly GuestRecord[]): Evidence['search'] => {
  const trials = ofType(records, 'trial')
  return trials.length === 0 ? null : { trials: trials.length, orders: trials.at(-1)!.orders }
}

/** What shows that the guest exercised the code, from its own records. */
export const evidenceOf = (
  { records }: Testimony,
  { probes, sweeps }: Pick<HoldPlan, 'probes' | 'sweeps'> = NO_HOLDS,
  lastConsoleLines: readonly string[] = [],
): Evidence => {
  const lanes = lanesOf(records)
  return {
    cpusOnline: ofType(records, 'hello')[0]?.cpusOnline ?? 0,
    writtenBackPages: sum(lanes.map(({ writtenBackPages }) => writtenBackPages)),
    pagesVerified: sum(lanes.map(({ pagesVerified }) => pagesVerified)),
    windows: sum(lanes.map(({ windows }) => windows)),
    hits: sum(lanes.map(({ hits }) => hits)),
    failedEvictions: sum(lanes.map(({ failedEvictions }) => failedEvictions)),
    lanesRun: lanes.flatMap(({ lane, status }) => (status === 'ok' ? [lane] : [])),
    patchLines: null,
    lanes: [...lanes],
    workloads: [...workloadsOf(records)],
    holds: holdsOf(records, probes, lastConsoleLines),
    failNth: failNthOf(records, sweeps),
    search: searchOf(records),
  }
}
