// SPDX-License-Identifier: MIT

import type { Lane } from '../guest/lanes.ts'
import { ofType } from '../guest/records.ts'
import type { CellVerdict, Evidence, Finding } from '../model/results.ts'
import { describeFinding } from './describe.ts'
import { evidenceOf } from './evidence.ts'
import { hostTrouble, isExplainedByHost } from './host.ts'
import type { Observation } from './observation.ts'
import { oracles } from './oracles/index.ts'

export interface Judgement {
  readonly verdict: CellVerdict
  readonly reason: string
  readonly findings: readonly Finding[]
  readonly evidence: Evidence
}

/** A finding that series.yaml lists as known. */
export interface KnownFinding {
  readonly kind: string
  readonly file?: string | undefined
  readonly title: string
  /** The title with other compilers. */
  readonly aliases?: readonly string[]
  readonly configs: readonly string[]
}

/** Whether a finding is this known one. */
export const isKnown = (found: Finding, { kind, file, title, aliases = [] }: Omit<KnownFinding, 'configs'>): boolean =>
  kind === found.kind &&
  (file ?? found.file) === found.file &&
  [title, ...aliases].some((one) => found.title.includes(one))

/** Marks the findings that the series lists as known for this config. */
export const markKnown = (
  findings: readonly Finding[],
  known: readonly KnownFinding[],
  config: string,
): readonly Finding[] =>
  findings.map((found) => ({
    ...found,
    known: known.some((one) => one.configs.includes(config) && isKnown(found, one)),
  }))

const missingEvidence = (observation: Observation, evidence: Evidence, lanes: readonly Lane[]): readonly string[] => {
  const hello = ofType(observation.testimony.records, 'hello')[0]
  const ends = ofType(observation.testimony.records, 'laneEnd')
  const problems: string[] = []
  const { lostConsole } = observation.boot
  if (lostConsole !== undefined) problems.push(`the console printed ${lostConsole}`)
  if (lanes.length === 0) problems.push('no lane can run on this config')
  if (evidence.cpusOnline < 2) problems.push(`only ${evidence.cpusOnline} CPU was online: no race can happen`)
  if (lanes.some((lane) => lane.needs.includes('CONFIG_ZSWAP'))) {
    const live = hello?.zswap
    if (live?.enabled !== 'Y' || live.zpool !== 'zsmalloc')
      problems.push(`zswap was not live on zsmalloc: ${JSON.stringify(live ?? null)}`)
  }
  for (const lane of lanes) {
    const end = ends.find((entry) => entry.lane === lane.name)
    if (end?.status !== 'ok')
      problems.push(`lane ${lane.name} did not run: ${end?.reason ?? end?.status ?? 'no record of it'}`)
    const missing = lane.missing(evidence, observation.amplified)
    if (missing !== undefined) problems.push(`lane ${lane.name}: ${missing}`)
  }
  return [...new Set(problems)]
}

/** The verdict of a kernel that was built but not booted, as no boot would exercise the code: at best inconclusive. */
export const judgeUnbooted = (
  reason: string,
  known: readonly KnownFinding[],
  config: string,
  buildFindings: readonly Finding[],
): Judgement => {
  const evidence = evidenceOf({ records: [], problems: [] })
  const findings = markKnown(buildFindings, known, config)
  const failure = findings.find((one) => !one.known)
  return failure
    ? { verdict: 'fail', reason: describeFinding(failure), findings, evidence }
    : { verdict: 'inconclusive', reason, findings, evidence }
}

const passReason = ({ writtenBackPages, pagesVerified, windows, hits }: Evidence): string =>
  `${writtenBackPages} pages written back, ${pagesVerified} verified${windows > 0 ? `, ${hits} frees inside ${windows} windows` : ''}`

/**
 * The verdict of one boot. Nothing passes by default: a pass needs the guest's end marker, no finding from any oracle
 * and the evidence that each lane did its work.
 */
export const judge = (
  observation: Observation,
  lanes: readonly Lane[],
  known: readonly KnownFinding[],
  config: string,
  buildFindings: readonly Finding[],
): Judgement => {
  const evidence = evidenceOf(observation.testimony)
  const found = [...buildFindings, ...oracles.flatMap((oracle) => oracle.check(observation))]
  const findings = markKnown(found, known, config)
  const result = (verdict: CellVerdict, reason: string): Judgement => ({ verdict, reason, findings, evidence })
  const failures = findings.filter((one) => !one.known)
  const own = failures.filter((one) => !isExplainedByHost(one, observation))
  const [first] = own
  if (first) {
    const more = own.length === 1 ? '' : ` (and ${own.length - 1} more)`
    return result('fail', `${describeFinding(first)}${more}`)
  }
  const trouble = hostTrouble(observation) ?? (failures.length > 0 ? observation.boot.delays?.[0] : undefined)
  if (trouble !== undefined) return result('error', trouble)
  const missing = missingEvidence(observation, evidence, lanes)
  if (missing.length > 0) return result('inconclusive', missing.join('; '))
  if (observation.testimony.records.at(-1)?.t !== 'end')
    return result('inconclusive', "the guest's end marker is missing")
  return result('pass', passReason(evidence))
}
