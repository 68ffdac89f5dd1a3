// SPDX-License-Identifier: MIT
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Comparison, RunResult } from '../model/results.ts'
import { findRunDir, parseRun } from '../report/load.ts'
import { compareRuns, selectionKey } from '../verdict/compare.ts'

const readRun = async (dir: string): Promise<RunResult> => {
  const path = join(dir, 'run.json')
  return parseRun(await readFile(path, 'utf8'), path)
}

/** The newest whole run before this one that ran the same selection. */
const findPrevious = async (resultsDir: string, run: RunResult): Promise<RunResult | undefined> => {
  const ids = (await readdir(resultsDir).catch(() => [])).filter((id) => /^\d{4}-/.test(id) && id < run.id)
  const wanted = selectionKey(run)
  for (const id of ids.sort().reverse()) {
    // A folder that cannot be read is no run to compare with.
    const found = await readRun(join(resultsDir, id)).catch(() => undefined)
    if (found && !found.interrupted && selectionKey(found) === wanted) return found
  }
  return undefined
}

/** How a finished run is compared: with `baseline`, read at once, or with the one before it in its own results folder. */
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
