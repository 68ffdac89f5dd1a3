// SPDX-License-Identifier: MIT
import { ofType } from '../../guest/records.ts'
import type { Finding } from '../../model/results.ts'
import { splatOf } from '../findings.ts'
import type { CellReport } from '../model.ts'

type Lanes = NonNullable<CellReport['cell']['exposure']>

/** When the guest said so, in seconds since it started: the time of the report, or of the first wrong page. */
const toldAt = (report: CellReport, finding: Finding, lane: string): number | undefined => {
  const splat = splatOf(report, finding)
  if (splat) return splat.timeS ?? undefined
  if (finding.oracle !== 'data') return undefined
  const ms = ofType(report.records, 'wrongPage').find((one) => one.lane === lane)?.ms
  return ms === undefined ? undefined : ms / 1000
}

const inLane = (report: CellReport, finding: Finding, { lane, seconds }: Lanes['lanes'][number]): number => {
  const start = ofType(report.records, 'laneStart').find((one) => one.lane === lane)?.ms
  const told = toldAt(report, finding, lane)
  if (start === undefined || told === undefined) return seconds
  const since = told - start / 1000
  // The clock of the console may differ a little from that of the records.
  return since > seconds + 1 ? seconds : Math.max(0, since)
}

/** The finding of the bug in a boot that showed it. */
export const shownBy = ({ cell }: CellReport): Finding | undefined =>
  cell.findings.find(({ signature, known }) => signature && !known)

/**
 * Seconds of the lanes that can meet the bug until it showed; undefined for a boot that did not show it, or outside all
 * lanes. Where nothing says when, it is the end of the lane.
 */
export const secondsToFailure = (report: CellReport): number | undefined => {
  const finding = shownBy(report)
  const { exposure } = report.cell
  if (!finding || exposure === null) return undefined
  const at = exposure.lanes.findIndex(({ lane }) => lane === exposure.failedIn)
  if (at < 0) return undefined
  const earlier = exposure.lanes.slice(0, at).reduce((sum, { seconds }) => sum + seconds, 0)
  return earlier + inLane(report, finding, exposure.lanes[at]!)
}
