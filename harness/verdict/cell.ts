// SPDX-License-Identifier: MIT

import { contradictions } from '../guest/contradictions.ts'
import { countsHits } from '../guest/holds.ts'
import type { Lane } from '../guest/lanes.ts'
import { ofType } from '../guest/records.ts'
import type { CellVerdict, Evidence, Finding, OracleStatus } from '../model/results.ts'
import { describeFinding } from './describe.ts'
import { evidenceOf, noEvidence } from './evidence.ts'
import { describeHits, describeSearch, describeSweep } from './holdpoints.ts'
import { hostTrouble, isExplainedByHost } from './host.ts'
import { type KnownFinding, markKnown } from './known.ts'
import { hasOwnLane, leftCleanly, type Observation, type Oracle, type PatchLines } from './observation.ts'
import { oracles } from './oracles/index.ts'
import { shownOf } from './shown.ts'
import { findingShows } from './signature.ts'
import { describeWorkload } from './workloads.ts'

export interface Judgement {
  readonly verdict: CellVerdict
  readonly reason: string
  readonly findings: readonly Finding[]
  readonly oracles: readonly OracleStatus[]
  readonly evidence: Evidence
}

const missingZswap = ({ testimony, zpool }: Observation, lanes: readonly Lane[]): readonly string[] => {
  const live = ofType(testimony.records, 'hello')[0]?.zswap
  if (!lanes.some(({ usesZswap }) => usesZswap)) return []
  // Without zpool, zsmalloc is all that zswap knows.
  if (live?.enabled === 'Y' && live.zpool === (zpool ? 'zsmalloc' : null)) return []
  return [`zswap was not live on zsmalloc: ${JSON.stringify(live ?? null)}`]
}

const missingOfLane = (observation: Observation, evidence: Evidence, lane: Lane): readonly string[] => {
  const own = evidence.lanes.find((one) => one.lane === lane.name) ?? noEvidence(lane.name)
  const end = ofType(observation.testimony.records, 'laneEnd').find((record) => record.lane === lane.name)
  const { generation, holds } = observation
  const missing = lane.missing(own, { generation, opens: holds.own && countsHits(holds, lane.name) })
  return [
    ...(end?.status === 'ok'
      ? []
      : [`lane ${lane.name} did not run: ${end?.reason ?? end?.status ?? 'no record of it'}`]),
    ...(missing === undefined ? [] : [`lane ${lane.name}: ${missing}`]),
  ]
}

const missingLines = (lines: PatchLines): readonly string[] => {
  if (lines === 'lost') return ["the kernel's coverage counters of the patched files did not arrive"]
  if (typeof lines === 'string' || lines.executable === 0 || lines.executed > 0) return []
  return [`none of the ${lines.executable} executable lines that the patch adds ran`]
}

/** Pages that zsmalloc's pools wrote back. */
const writtenByZsmalloc = ({ writtenBackPages, lanes }: Evidence, asked: readonly Lane[]): number => {
  const others = asked.filter(({ mixesPools }) => mixesPools).map(({ name }) => name)
  const byOthers = lanes.filter(({ lane }) => others.includes(lane))
  return byOthers.reduce((sum, lane) => sum - lane.writtenBackPages, writtenBackPages)
}

const missingGeneration = (
  { generation, unfitLanes }: Observation,
  evidence: Evidence,
  lanes: readonly Lane[],
): readonly string[] => {
  const written = writtenByZsmalloc(evidence, lanes)
  return [
    ...unfitLanes.map((name) => `lane ${name} cannot run on this kernel (${generation.name})`),
    ...(generation.reclaim === 'none' && written > 0
      ? [`contradiction: ${written} pages were written back on a kernel that cannot do it`]
      : []),
  ]
}

/** Why a hold or an override did nothing; undefined for one that did. */
const whyIdleHold = (one: Observation['holds']['armed'][number], holds: Evidence['holds']): string | undefined => {
  const { text, probe } = one
  const { reached, held, overridden } = holds[probe]!
  if (reached === 0) return `hold point '${text}' was never reached`
  if (held + overridden === 0) return `hold point '${text}' held nobody`
  if (!('until' in one) || one.until === null || holds[one.until]!.reached > 0) return undefined
  return `hold point '${text}': nobody came to ${holds[one.until]!.point}`
}

/** Hold points that were asked for and did nothing: what they were to bring was not tried. */
const missingHolds = (
  { holds: { armed, probes, trialMs, own }, testimony }: Observation,
  { holds }: Evidence,
): readonly string[] => {
  if (probes.length === 0) return []
  const { holdModule } = ofType(testimony.records, 'hello')[0] ?? { holdModule: false }
  if (!holdModule) return ['the guest could not load its module for hold points']
  if (trialMs !== null) return holds.some(({ held }) => held > 0) ? [] : ['the search reached none of its hold points']
  // Lane `race` says what is missing of its own.
  if (own) return []
  return armed.flatMap((one) => whyIdleHold(one, holds) ?? [])
}

/** Sweeps that made no allocation fail: no error path was tried. */
const missingSweeps = ({ failNth }: Evidence): readonly string[] =>
  failNth
    .filter(({ injected }) => injected === 0)
    .map(({ sweep, set }) =>
      set === 0 ? `'${sweep}': no such task was there` : `'${sweep}': no task came to its allocation, so none failed`,
    )

const missingEvidence = (observation: Observation, evidence: Evidence, lanes: readonly Lane[]): readonly string[] => [
  ...(lanes.length === 0 ? ['no lane can run on this config'] : []),
  ...(evidence.cpusOnline < 2 ? [`only ${evidence.cpusOnline} CPU was online: no race can happen`] : []),
  ...missingZswap(observation, lanes),
  ...lanes.flatMap((lane) => missingOfLane(observation, evidence, lane)),
  ...missingLines(observation.patchLines),
  ...missingHolds(observation, evidence),
  ...missingSweeps(evidence),
  ...missingGeneration(observation, evidence, lanes),
]

const missingEnd = ({ boot }: Observation): readonly string[] => [
  ...(boot.lostConsole === undefined ? [] : [`the console printed ${boot.lostConsole}`]),
  ...(leftCleanly(boot)
    ? []
    : [`QEMU gave ${boot.shutdown ?? 'nothing'} as the reason for its end, not a reset or power-off by the guest`]),
]

const applying = (observation: Observation): readonly Oracle[] =>
  oracles.filter(({ applies }) => applies?.(observation) ?? true)

/** Why a boot without a finding does not pass; empty when it does. */
const doubts = (observation: Observation, evidence: Evidence, lanes: readonly Lane[]): readonly string[] => [
  ...new Set([
    ...contradictions(observation.testimony.records, observation.asked).map((text) => `contradiction: ${text}`),
    ...missingEvidence(observation, evidence, lanes),
    ...applying(observation).flatMap(({ name, missing }) => {
      const why = missing(observation)
      return why === undefined ? [] : [`no data for oracle ${name}: ${why}`]
    }),
    ...missingEnd(observation),
  ]),
]

/** Whether an oracle found something, nothing, or had nothing to look at; the build's own oracles come first. */
const statusesOf = (
  findings: readonly Finding[],
  built: readonly string[],
  observation: Observation | undefined,
): readonly OracleStatus[] => {
  const found = (name: string): boolean => findings.some(({ oracle }) => oracle === name)
  const ofBuild = built.map((name): OracleStatus => ({ name, status: found(name) ? 'found' : 'clean' }))
  if (observation === undefined) return ofBuild
  const looked = oracles.filter((one) => found(one.name) || applying(observation).includes(one))
  const ofBoot = looked.map(({ name, missing }): OracleStatus => {
    if (found(name)) return { name, status: 'found' }
    return { name, status: missing(observation) === undefined ? 'clean' : 'no data' }
  })
  return [...ofBuild, ...ofBoot]
}

/** The verdict of a kernel that was built but not booted: no boot would exercise the code, or there is no guest for it. At best inconclusive. */
export const judgeUnbooted = (
  reason: string,
  known: readonly KnownFinding[],
  config: string,
  buildFindings: readonly Finding[],
  builtOracles: readonly string[] = [],
): Judgement => {
  const evidence = evidenceOf({ records: [], problems: [] })
  const findings = markKnown(buildFindings, known, config)
  const failure = findings.find((one) => !one.known)
  const rest = { findings, oracles: statusesOf(findings, builtOracles, undefined), evidence }
  return failure
    ? { verdict: 'fail', reason: describeFinding(failure), ...rest }
    : { verdict: 'inconclusive', reason, ...rest }
}

// Of the lane that writes back fastest.
const rateOf = ({ lanes }: Evidence): string => {
  const mean = ({ rates }: Evidence['lanes'][number]): number =>
    rates.reduce((sum, rate) => sum + rate, 0) / (rates.length || 1)
  const [best] = [...lanes].sort((a, b) => mean(b) - mean(a))
  return best && mean(best) > 0 ? ` (${Math.round(mean(best))} a second in ${best.lane})` : ''
}

const UNMEASURED: Readonly<Partial<Record<string, string>>> = {
  unmeasured: 'this kernel has no coverage counters',
  unread: "the gcov of the kernel's compiler, or what it reads, is missing",
}

const passReason = (
  evidence: Evidence,
  lines: PatchLines,
  { ownLanes, isRace }: { readonly ownLanes: boolean; readonly isRace: boolean },
): string => {
  const { writtenBackPages, pagesVerified, windows, workloads, search, failNth } = evidence
  return [
    ...workloads.map(describeWorkload),
    `${writtenBackPages} pages written back${rateOf(evidence)}`,
    ...(ownLanes ? [`${pagesVerified} verified`] : []),
    ...(windows > 0 ? [describeHits(evidence, isRace)] : []),
    ...(search === null ? [] : [describeSearch(search)]),
    ...failNth.map(describeSweep),
    ...(typeof lines === 'string' && lines in UNMEASURED
      ? [`executed patch lines not measured: ${UNMEASURED[lines]}`]
      : []),
  ].join(', ')
}

/** What the oracles find: with the signature of the bug marked, and the place where it showed, unless the host explains it. */
const bootFindings = (observation: Observation): readonly Finding[] =>
  oracles
    .flatMap((oracle) => oracle.check(observation))
    .map((found) => {
      if (isExplainedByHost(found, observation)) return { ...found, signature: false, shown: null }
      const shown = shownOf(found)
      const lane = shown.in === 'boot' ? null : shown.in
      return { ...found, signature: found.signature || findingShows({ ...found, lane }, observation.signature), shown }
    })

/**
 * The verdict of one boot. Nothing passes by default: a pass needs the guest's end marker, a clean shutdown, no finding
 * from any oracle, data for each of them, the evidence that each lane did its work, and records that agree.
 */
export const judge = (
  observation: Observation,
  lanes: readonly Lane[],
  known: readonly KnownFinding[],
  config: string,
  buildFindings: readonly Finding[],
  builtOracles: readonly string[] = [],
): Judgement => {
  const lines = observation.patchLines
  const evidence = {
    ...evidenceOf(observation.testimony, observation.holds, observation.lastConsoleLines),
    patchLines: typeof lines === 'string' ? null : lines,
  }
  const found = [...buildFindings, ...bootFindings(observation)]
  const findings = markKnown(found, known, config)
  const statuses = statusesOf(findings, builtOracles, observation)
  const result = (verdict: CellVerdict, reason: string): Judgement => ({
    verdict,
    reason,
    findings,
    oracles: statuses,
    evidence,
  })
  const failures = findings.filter((one) => !one.known)
  const own = failures.filter((one) => !isExplainedByHost(one, observation))
  const [first] = own
  if (first) {
    const more = own.length === 1 ? '' : ` (and ${own.length - 1} more)`
    return result('fail', `${describeFinding(first)}${more}`)
  }
  const trouble = hostTrouble(observation) ?? (failures.length > 0 ? observation.boot.delays?.[0] : undefined)
  if (trouble !== undefined) return result('error', trouble)
  const reasons = doubts(observation, evidence, lanes)
  return reasons.length > 0
    ? result('inconclusive', reasons.join('; '))
    : result('pass', passReason(evidence, lines, { ownLanes: hasOwnLane(observation), isRace: observation.holds.own }))
}
