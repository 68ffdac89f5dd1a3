// SPDX-License-Identifier: MIT

import type { Lane } from '../guest/lanes.ts'
import { ofType } from '../guest/records.ts'
import { describeEnd } from '../lib/process/run.ts'
import type { CellVerdict, Evidence, Finding } from '../model/results.ts'
import { describeFinding } from './describe.ts'
import { evidenceOf } from './evidence.ts'
import { type KnownFinding, markKnown } from './known.ts'
import type { Observation } from './observation.ts'
import { oracles } from './oracles/index.ts'

export interface Judgement {
  readonly verdict: CellVerdict
  readonly reason: string
  readonly findings: readonly Finding[]
  readonly evidence: Evidence
}

/** The failure of the host or the harness because of which the boot says nothing about the kernel, if there is one. */
export const hostTrouble = ({ boot, testimony }: Observation): string | undefined => {
  const { process, stderr, gaveUp } = boot
  const own = gaveUp !== undefined && process.by === 'abort'
  const left = process.by === 'exit' && process.code === 0
  if (!own && !left)
    return `QEMU ${describeEnd(process)}${stderr.length > 0 ? `: ${stderr.slice(-3).join(' | ')}` : ''}`
  return testimony.problems[0]
}

const missingEvidence = (observation: Observation, evidence: Evidence, lanes: readonly Lane[]): readonly string[] => {
  const hello = ofType(observation.testimony.records, 'hello')[0]
  const ends = ofType(observation.testimony.records, 'laneEnd')
  const problems: string[] = []
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
  const [first] = failures
  const trouble = hostTrouble(observation)
  // A crash stays a crash, whatever happened to QEMU afterwards.
  if (first && (trouble === undefined || first.oracle !== 'liveness')) {
    const more = failures.length === 1 ? '' : ` (and ${failures.length - 1} more)`
    return result('fail', `${describeFinding(first)}${more}`)
  }
  if (trouble !== undefined) return result('error', trouble)
  const missing = missingEvidence(observation, evidence, lanes)
  if (missing.length > 0) return result('inconclusive', missing.join('; '))
  if (observation.testimony.records.at(-1)?.t !== 'end')
    return result('inconclusive', "the guest's end marker is missing")
  return result('pass', passReason(evidence))
}
