// SPDX-License-Identifier: MIT
import type { Series } from '../inputs/series/model.ts'
import type { TreeSpec } from '../inputs/tree/spec.ts'
import { didYouMean } from '../lib/text/suggest.ts'
import { UsageError } from '../model/errors.ts'
import type { CellResult, RunResult } from '../model/results.ts'
import { planPairs } from '../run/plan/pairs.ts'
import type { Resolved, RunRequest } from '../run/request.ts'
import type { RunSettings } from '../run/settings.ts'

/** What of this machine a replay takes instead of the old run's. */
export type Here = Pick<RunSettings, 'jobs' | 'resultsDir' | 'cache'>

/** What the names in a cell's result stand for. */
export interface ReplayInputs {
  readonly tree: TreeSpec
  readonly series: Series
  readonly extraPatches: Resolved['extraPatches']
  readonly toolchains: Resolved['toolchains']
}

/** What the command line of a cell's run asked for; a UsageError for a cell that did not record it. */
export const requestOf = ({ id, request }: CellResult): NonNullable<CellResult['request']> => {
  if (request !== null) return request
  throw new UsageError(`${id} was run by an older zsharness, which did not record its seed`, 'run it again')
}

/** The run of one boot that repeats this cell's boot. */
export const replayRequest = (
  cell: CellResult,
  { tree, series, ...resolved }: ReplayInputs,
  here: Here,
  command: readonly string[],
): RunRequest => {
  const { seed, durationS, amplify, canary, patchFiles, extraPatchFiles } = requestOf(cell)
  const { arch, config, profile, leg, lanes } = cell
  return {
    pairs: planPairs([{ tree: cell.tree, series: series.name, arch, config, profile, legs: [leg] }], 1),
    resolved: {
      ...resolved,
      trees: new Map([[cell.tree, tree]]),
      series: new Map([[series.name, { value: series }]]),
    },
    settings: { lanes, durationS, amplify, seed, canary, checks: [], patchFiles, extraPatchFiles, ...here },
    command,
    planned: null,
    tolerant: false,
    compare: async () => null,
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

/** How a replay differs from the boot that it repeats, one sentence each; empty when it was the same. */
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

/** The replay's verdict beside the old one. */
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
