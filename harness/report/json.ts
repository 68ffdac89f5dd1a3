// SPDX-License-Identifier: MIT
import { knownNotes } from './known.ts'
import type { Report } from './model.ts'

/** The run with its splats, by the published schema. */
export const jsonReport = ({ run, cells, unfinished, problems }: Report): string => {
  const knownFindings = knownNotes(run.cells)
  const full = {
    ...run,
    knownFindings,
    cells: cells.map(({ cell, splats }) => ({ ...cell, splats })),
    unfinished,
    problems,
  }
  return `${JSON.stringify(full, null, 2)}\n`
}
