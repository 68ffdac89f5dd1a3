// SPDX-License-Identifier: MIT
import { withoutSlashes } from '../../lib/text/trailing.ts'
import { UsageError } from '../../model/errors.ts'
import type { CellResult } from '../../model/results.ts'
import { cellOf } from '../../replay/replay.ts'
import { findRunDir, loadReport } from '../../report/load.ts'

const EXAMPLE = 'results/latest/x86_64-zpool-on-kasan-before'

/** Splits `RUN/CELL` or `RUN/cells/CELL` into the run's spec and the cell's name. */
export const runAndCellFrom = (spec: string, command = 'replay'): { readonly run: string; readonly cell: string } => {
  const [, run, cell] = /^(.+?)(?:\/cells)?\/([^/]+)\/?$/.exec(spec) ?? []
  if (run !== undefined && cell !== undefined) return { run, cell }
  throw new UsageError(`${spec}: not RUN/CELL`, `for example: zsharness ${command} ${EXAMPLE}`)
}

const bare = (spec: string): string => {
  const path = withoutSlashes(spec)
  const end = ['/run.json', '/cells'].find((name) => path.endsWith(name)) ?? ''
  return path.slice(0, path.length - end.length)
}

/** Throws where somebody named a run, and no cell of it. */
const requireCell = async (spec: string, command: string): Promise<void> => {
  const run = bare(spec)
  if ((await findRunDir(run).catch(() => undefined)) === undefined) return
  const ids = (await loadReport(run)).run.cells.map(({ id }) => id)
  throw new UsageError(
    `${spec}: a run, and not one of its cells`,
    ids.length === 0
      ? 'the run has no cell that ended'
      : `name one: zsharness ${command} ${run}/${ids[0]}; its cells: ${ids.join(', ')}`,
  )
}

/** The cell that `RUN/CELL` names, and the folder of its run. */
export const namedCell = async (
  spec: string,
  command: string,
): Promise<{ readonly dir: string; readonly cell: CellResult }> => {
  await requireCell(spec, command)
  const named = runAndCellFrom(spec, command)
  const dir = await findRunDir(named.run)
  return { dir, cell: cellOf((await loadReport(dir)).run, named.cell) }
}
