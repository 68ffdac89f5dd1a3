// SPDX-License-Identifier: MIT
import type { CellResult } from '../../model/results.ts'
import type { PatchText, Report } from '../model.ts'

const seriesOf = ({ run }: Report): readonly string[] => [...new Set(run.cells.map(({ series }) => series))]

/** How the trees related to the series; null where all cells are of an older zsharness. */
export const stateOf = ({ run }: Report): 'applies' | 'already-applied' | 'reintroduces' | 'mixed' | null => {
  const states = new Set(run.cells.flatMap(({ inputs }) => inputs?.reading?.state ?? []))
  const [state = null] = states
  return states.size > 1 ? 'mixed' : state
}

/** What was put on top of the series: files, or a planted fault. */
export const addedTo = ({ request }: CellResult): readonly string[] => [
  ...(request?.extraPatchFiles ?? []),
  ...(request?.canary ? [`canary ${request.canary}`] : []),
]

/** Whether the leg of this cell had the patch, or had it taken out. */
const holds = ({ inputs }: CellResult, { sha256 }: PatchText): boolean =>
  (inputs?.patches ?? []).some((one) => one === sha256 || one === `-${sha256}`)

/** The patches of the one series that the kernels were made with; none where nobody posted them, or no one series. */
export const testedPatches = (report: Report): readonly PatchText[] => {
  const { run, patches } = report
  if (seriesOf(report).length !== 1 || stateOf(report) === 'reintroduces') return []
  const recorded = run.cells.some(({ inputs }) => (inputs?.patches.length ?? 0) > 0)
  return recorded ? patches.filter((patch) => run.cells.some((cell) => holds(cell, patch))) : patches
}

/**
 * The patch that the mail answers: the first of the one series that the kernels were made with. Undefined where none is
 * known, where there are several series, and where a bug was put into the tree: then nobody posted it.
 */
export const answeredPatch = (report: Report): PatchText | undefined => testedPatches(report)[0]
