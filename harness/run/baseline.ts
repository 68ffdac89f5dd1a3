// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Comparison, RunResult } from '../model/results.ts'
import { findRunDir, readRunFile } from '../report/load.ts'
import { compareRuns, selectionKey } from '../verdict/compare.ts'

/** The run of a folder. */
export const readRun = (dir: string): Promise<RunResult> => readRunFile(join(dir, 'run.json'))

/** The newest complete run before this one with the same selection. */
const findPrevious = async (resultsDir: string, run: RunResult): Promise<RunResult | undefined> => {
  const ids = (await readdir(resultsDir).catch(() => [])).filter((id) => /^\d{4}-/.test(id) && id < run.id)
  const wanted = selectionKey(run)
  for (const id of ids.sort().reverse()) {
    // A folder without a readable run is skipped.
    const found = await readRun(join(resultsDir, id)).catch(() => undefined)
    if (found && !found.interrupted && selectionKey(found) === wanted) return found
  }
  return undefined
}

/** Compares a finished run with `baseline`, which is read now, or with the previous run of the same selection. */
export const comparer = async (
  resultsDir: string,
  baseline: string | undefined,
): Promise<(run: RunResult) => Promise<Comparison | null>> => {
  const fixed = baseline === undefined ? undefined : await readRun(await findRunDir(baseline))
  return async (run) => {
    const earlier = fixed ?? (await findPrevious(resultsDir, run))
    return earlier === undefined ? null : compareRuns(run, earlier)
  }
}
