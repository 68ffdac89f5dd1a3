// SPDX-License-Identifier: MIT
import { didYouMean } from '../lib/text/suggest.ts'
import { UsageError } from '../model/errors.ts'
import type { CellResult, RunResult } from '../model/results.ts'
import type { RunOptions } from '../run/options.ts'

export interface Here {
  readonly jobs: number
  readonly resultsDir: string
  readonly cache: string
}

/** The run of one boot that is that cell's boot again; a UsageError for a cell that says too little of itself. */
export const replayOptions = (cell: CellResult, here: Here): RunOptions => {
  if (cell.request === null)
    throw new UsageError(`${cell.id} was run by an older zsharness, which did not note its seed`, 'run it anew')
  return {
    archs: [cell.arch],
    tree: cell.tree,
    series: cell.series,
    configs: [cell.config],
    legs: [cell.leg],
    profile: cell.profile,
    lanes: cell.lanes,
    runs: 1,
    checks: [],
    ...cell.request,
    ...here,
  }
}

// Results of before the prefix `zsharness_` have `zsh_lanes=`, `zsh_seed=` and so on.
const OLD_PREFIX = /^zsh_/

const parametersOf = ({ commands }: CellResult): readonly string[] => {
  const at = commands.qemu.indexOf('-append')
  const parameters = at < 0 ? [] : commands.qemu[at + 1]!.split(' ')
  return parameters.map((one) => one.replace(OLD_PREFIX, 'zsharness_'))
}

// The host's clock rate is measured anew for every run.
const MEASURED = /^tsc_early_khz=/

const only = (these: readonly string[], those: readonly string[]): readonly string[] =>
  these.filter((one) => !those.includes(one) && !MEASURED.test(one))

/** In what a replay was not the boot that it repeats, one sentence each; empty when it was the same. */
export const differences = (then: CellResult, now: CellResult): readonly string[] => {
  const [before, after] = [parametersOf(then), parametersOf(now)]
  const gone = only(before, after)
  const added = only(after, before)
  return [
    ...(then.kernel.key === now.kernel.key
      ? []
      : [`another kernel: ${now.kernel.key}, then ${then.kernel.key || 'none'}; its sources or compiler have changed`]),
    ...(then.machine === now.machine ? [] : [`accelerator ${now.machine}, then ${then.machine}`]),
    ...(before.length > 0 && gone.length > 0 ? [`kernel parameters gone: ${gone.join(' ')}`] : []),
    ...(before.length > 0 && added.length > 0 ? [`kernel parameters added: ${added.join(' ')}`] : []),
  ]
}

/** `RUN/CELL`, also `RUN/cells/CELL`, as the run's spec and the cell's name. */
export const splitSpec = (spec: string): { readonly run: string; readonly cell: string } => {
  const [, run, cell] = /^(.+?)(?:\/cells)?\/([^/]+)\/?$/.exec(spec) ?? []
  if (run !== undefined && cell !== undefined) return { run, cell }
  throw new UsageError(`${spec}: not RUN/CELL`, 'as in: zsharness replay results/latest/x86_64-zpool-on-kasan-before')
}

/** What the replay's verdict says beside the old one. */
export const comparison = (then: CellResult, now: CellResult): string => {
  const title = (cell: CellResult): string => cell.findings.find(({ known }) => !known)?.title ?? cell.reason
  if (then.verdict !== now.verdict)
    return `${now.verdict} (${title(now)}); then it was ${then.verdict} (${title(then)})`
  return `${now.verdict}, as then: ${title(now)}`
}

/** The cell of that name. */
export const cellOf = (run: RunResult, id: string): CellResult => {
  const found = run.cells.find((cell) => cell.id === id)
  if (found) return found
  const names = run.cells.map((cell) => cell.id)
  throw new UsageError(`${run.id} has no cell ${id}${didYouMean(id, names)}`, `its cells: ${names.join(', ')}`)
}
