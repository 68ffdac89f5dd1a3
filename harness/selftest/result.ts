// SPDX-License-Identifier: MIT
import type { CellResult } from '../model/results.ts'
import type { CaseStatus } from '../model/words.ts'
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
  /** Boots of it that this row sums up. */
  readonly boots: number
  readonly status: CaseStatus
  /** Who caught it and as what; empty when nobody did. */
  readonly caughtBy: string
  readonly reason: string
  /** The last boot's times; guestMs is from QEMU's start to its end. */
  readonly buildMs: number
  readonly guestMs: number
  readonly compiled: number
  /** The run that it was, below the self-test's folder. */
  readonly run: string | null
}

/** `selftest.json`. */
export interface SelftestResult {
  readonly schemaVersion: 1
  readonly id: string
  readonly exitCode: number
  readonly interrupted: boolean
  readonly durationMs: number
  readonly command: readonly string[]
  readonly cases: readonly CaseResult[]
}

const common = ({ name, type, kind, config, profile, lanes }: Case) => ({ name, type, kind, config, profile, lanes })

/** The row of a case that was not booted, since nothing can catch it. */
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
})

/** The row of a case from its boots; the worst of them counts. */
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
  }
}
