// SPDX-License-Identifier: MIT
import { type LaneEvidence, type LaneName, laneName } from '../model/results.ts'

/** One workload of the guest, as the host sees it. The program is guest/lanes/NAME.c. */
export interface Lane {
  readonly name: LaneName
  /** How long it runs unless --duration says otherwise. */
  readonly seconds: number
  /** Kernel options that it needs; without them it does not run. */
  readonly needs: readonly string[]
  /** Kernel options with which it does not run. */
  readonly excludes: readonly string[]
  /** Whether the bug under test can show in it. */
  readonly meetsBug: boolean
  /** Whether the race module opens windows in it. */
  readonly opensWindows: boolean
  /** Returns what this lane's own numbers lack for a clean run to count; undefined when the lane did its work. */
  readonly missing: (evidence: LaneEvidence, amplified: boolean) => string | undefined
}

type Missing = Lane['missing']

const writeback: Missing = ({ writtenBackPages }) => (writtenBackPages > 0 ? undefined : 'zswap wrote no page back')
const verified: Missing = ({ pagesVerified }) => (pagesVerified > 0 ? undefined : 'no page was verified')
// A page that is freed in a window is not written back, so with windows the hits are the evidence.
const hits: Missing = (evidence, amplified) => {
  if (!amplified) return writeback(evidence, amplified)
  return evidence.hits > 0 ? undefined : 'no free fell into an eviction window'
}
const failedEvictions: Missing = (evidence) => (evidence.failedEvictions > 0 ? undefined : 'no eviction failed')
const classes: Missing = ({ classesSeen }) => (classesSeen > 0 ? undefined : 'no size class held an object')

const every =
  (...rules: readonly Missing[]): Missing =>
  (evidence, amplified) => {
    const missing = rules.flatMap((rule) => rule(evidence, amplified) ?? [])
    return missing.length === 0 ? undefined : missing.join(', ')
  }

const ON_ZSWAP = {
  seconds: 8,
  needs: ['CONFIG_ZSWAP', 'CONFIG_ZPOOL'],
  excludes: [],
  meetsBug: true,
  opensWindows: false,
}

const LANES: Readonly<Record<LaneName, Omit<Lane, 'name'>>> = {
  race: { ...ON_ZSWAP, seconds: 10, opensWindows: true, missing: every(hits, verified) },
  pump: { ...ON_ZSWAP, missing: every(writeback, verified) },
  restore: { ...ON_ZSWAP, missing: every(writeback, verified, failedEvictions) },
  classes: { ...ON_ZSWAP, missing: every(writeback, verified, classes) },
  zram: {
    seconds: 5,
    needs: ['CONFIG_ZRAM'],
    excludes: ['CONFIG_ZSWAP'],
    meetsBug: false,
    opensWindows: false,
    missing: verified,
  },
  // The guest reports a program that did not start, and the records must agree about the others.
  workload: {
    seconds: 30,
    needs: [],
    excludes: [],
    meetsBug: true,
    opensWindows: false,
    missing: () => undefined,
  },
}

/** Every lane, in the order in which a boot runs them: race first, where a kernel with the bug crashes soonest. */
export const lanes: readonly Lane[] = laneName.options.map((name) => ({ name, ...LANES[name] }))

/** Seconds of a lane: the time limit of the user's programs, else --duration or the lane's own. */
export const secondsOf = ({ name, seconds }: Lane, durationS: number | null, workloadS: number): number =>
  name === 'workload' ? workloadS : (durationS ?? seconds)

// Without programs there is nothing to run in it.
const isAsked = (name: LaneName, asked: readonly LaneName[]): boolean =>
  asked.length === 0 ? name !== 'workload' : asked.includes(name)

/** The lanes that a kernel with these options can run: of those asked for, or of all the guest's own when none is asked for. */
export const lanesFor = (options: ReadonlySet<string>, asked: readonly LaneName[]): readonly Lane[] =>
  lanes.filter(
    (lane) =>
      isAsked(lane.name, asked) &&
      lane.needs.every((name) => options.has(name)) &&
      !lane.excludes.some((name) => options.has(name)),
  )
