// SPDX-License-Identifier: MIT
import type { CellResult, RunResult } from '../model/results.ts'
import { cell as cellSchema, SCHEMA_VERSION } from '../model/results.ts'
import { writeResult, writeRun } from '../run/results.ts'
import { evidenceOf } from '../verdict/evidence.ts'
import { judgeRun } from '../verdict/run.ts'
import type { Submission, SubmittedCell } from './model.ts'

/** A cell whose work was lost on every try: the host's error, which says nothing about the kernel. */
export const lostCell = ({ auto: _, ...place }: SubmittedCell, reason: string): CellResult =>
  cellSchema.parse({
    ...place,
    lanes: [],
    verdict: 'error',
    reason,
    findings: [],
    evidence: evidenceOf({ records: [], problems: [] }),
    timings: { treeMs: 0, buildMs: 0, bootMs: 0, lanesMs: 0 },
    kernel: { version: '', key: '', cached: false, compiled: 0 },
    commands: { make: [], qemu: [] },
    machine: '',
  })

/** A run of these cells alone, for the merge. */
export const lostRun = ({ id, base }: Submission, cells: readonly CellResult[]): RunResult => ({
  schemaVersion: SCHEMA_VERSION,
  id,
  ...judgeRun(cells, []),
  interrupted: false,
  accelerator: {},
  ...base,
  durationMs: 0,
  pairs: [],
  cells: [...cells],
  explorations: [],
  notes: [],
  phases: [],
  schedule: null,
  comparison: null,
})

/** Writes that run into a folder. */
export const writeLost = async (dir: string, submission: Submission, cells: readonly CellResult[]): Promise<void> => {
  for (const cell of cells) await writeResult(dir, cell)
  await writeRun(dir, lostRun(submission, cells))
}
