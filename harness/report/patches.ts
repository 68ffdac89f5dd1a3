// SPDX-License-Identifier: MIT
import type { RunResult } from '../model.ts'
import { loadSeries } from '../series/load.ts'
import type { PatchText } from './model.ts'

/** The patches under test. */
export const loadPatches = async (
  _dir: string,
  { cells }: RunResult,
  problems: string[],
): Promise<readonly PatchText[]> => {
  const name = cells[0]?.series
  if (name === undefined) return []
  try {
    return (await loadSeries(name)).patches.map(({ subject, text }) => ({ subject, text }))
  } catch {
    problems.push(`the series ${name} is not among the patches here: its text is not shown`)
    return []
  }
}
