// SPDX-License-Identifier: MIT
import type { CellResult } from '../model/results.ts'
import type { CaseStatus } from '../model/words.ts'
import type { ExploredCanaries, ExploredCase } from './explored.ts'
import type { Case } from './plan.ts'
import { catchOf, statusOf } from './status.ts'

/** One row of the self-test's table. */
export interface CaseResult {
  readonly name: string
  readonly type: Case['type']
  readonly kind: string
  readonly config: string
  readonly profile: string
  readonly lanes: readonly string[]
  /** Whether nothing can catch it. */
  readonly equivalent: boolean
  /** The number of boots in this row. */
  readonly boots: number
  readonly status: CaseStatus
  /** The oracle that caught it and the finding; empty when it was not caught. */
  readonly caughtBy: string
  readonly reason: string
  /** The build time of the last boot. */
  readonly buildMs: number
  /** The last boot, from QEMU's start to its end. */
  readonly guestMs: number
  readonly compiled: number
  /** The folder of its run, relative to that of the self-test. */
  readonly run: string | null
  /** Null when it was not explored. */
  readonly explored: ExploredCase | null
}

/** The contents of `selftest.json`. */
export interface SelftestResult {
  readonly schemaVersion: 1
  readonly id: string
  readonly exitCode: number
  readonly interrupted: boolean
  readonly durationMs: number
  readonly command: readonly string[]
  /** The explorer's own canaries; null when they were not run. */
  readonly explorer: ExploredCanaries | null
  readonly cases: readonly CaseResult[]
}

const common = ({ name, type, kind, config, profile, lanes, equivalent }: Case) => ({
  ...{ name, type, kind, config, profile, lanes },
  equivalent: equivalent !== null,
})

/** The row of a case that was not booted, because nothing can catch it. */
export const listedCase = (one: Case): CaseResult => ({
  ...common(one),
  boots: 0,
  status: 'listed',
  caughtBy: '',
  reason: one.equivalent ?? '',
  buildMs: 0,
  guestMs: 0,
  compiled: 0,
  run: null,
  explored: null,
})

/** The row of a case that was explored and not booted. */
export const exploredOnly = (one: Case, explored: ExploredCase): CaseResult => ({
  ...listedCase(one),
  status: explored.status,
  caughtBy: explored.caughtBy,
  reason: explored.reason,
  explored,
})

/** The statuses that decide how a self-test ends: those of boots, of explorations, and of the explorer's own canaries. */
export const statusesOf = (
  cases: readonly CaseResult[],
  canaries: Pick<ExploredCanaries, 'status'> | null,
): readonly CaseStatus[] => [
  ...cases.flatMap(({ status, explored }) => (explored ? [status, explored.status] : [status])),
  ...(canaries ? [canaries.status] : []),
]

/** The row of a case from its boots; the worst boot counts. */
export const caseResult = (one: Case, cells: readonly CellResult[], run: string): CaseResult => {
  const expected = one.expect.length > 0 ? 'caught' : 'clean'
  const worst = cells.find((cell) => statusOf(one, cell) !== expected) ?? cells.at(-1)!
  const found = catchOf(one, worst)
  return {
    ...common(one),
    boots: cells.length,
    status: statusOf(one, worst),
    caughtBy: found ? `${found.oracle}: ${found.title}` : '',
    reason: worst.reason,
    buildMs: Math.round(worst.timings.buildMs),
    guestMs: Math.round(worst.timings.bootMs + worst.timings.lanesMs),
    compiled: worst.kernel.compiled,
    run,
    explored: null,
  }
}
