// SPDX-License-Identifier: MIT
import type { Series } from '../inputs/series/model.ts'
import type { TreeSpec } from '../inputs/tree/spec.ts'
import { didYouMean } from '../lib/text/suggest.ts'
import { UsageError } from '../model/errors.ts'
import type { CellResult, RunResult } from '../model/results.ts'
import { planPairs } from '../run/plan/pairs.ts'
import { type Resolved, type RunRequest, resolvedOne } from '../run/request.ts'
import type { RunSettings } from '../run/settings.ts'
import { DEFAULT_TERMS } from '../verdict/pair.ts'

/** The settings that a replay takes from this machine instead of the old run. */
export type LocalSettings = Pick<RunSettings, 'jobs' | 'resultsDir' | 'cache' | 'store'>

/** The tree, series, patches and compilers that a cell's result names. */
export interface ReplayInputs {
  readonly tree: TreeSpec
  readonly series: Series
  readonly extraPatches: Resolved['extraPatches']
  readonly toolchains: Resolved['toolchains']
  readonly programs?: NonNullable<Resolved['programs']>
}

/** The request that a cell's result recorded; a UsageError when it did not. */
export const requestOf = ({ id, request }: CellResult): NonNullable<CellResult['request']> => {
  if (request !== null) return request
  throw new UsageError(`${id} was run by an older zsharness, which did not record its seed`, 'run it again')
}

/** The run of one boot that repeats this cell's boot. */
export const replayRequest = (
  cell: CellResult,
  { tree, series, ...rest }: ReplayInputs,
  here: LocalSettings,
  command: readonly string[],
): RunRequest => {
  const { seed, durationS, amplify, canary, patchFiles, extraPatchFiles, added } = requestOf(cell)
  const { arch, config, profile, leg, lanes } = cell
  return {
    pairs: planPairs([{ tree: tree.text, series: series.name, arch, config, profile, legs: [leg] }], 1),
    resolved: resolvedOne(tree, series, rest),
    settings: { lanes, durationS, amplify, seed, canary, checks: [], patchFiles, extraPatchFiles, added, ...here },
    terms: DEFAULT_TERMS,
    command,
    planned: null,
    tolerant: false,
    compare: async () => null,
  }
}

// Results older than the prefix `zsharness_` have `zsh_lanes=`, `zsh_seed=` and so on.
const OLD_PREFIX = /^zsh_/

const parametersOf = ({ commands }: CellResult): readonly string[] => {
  const at = commands.qemu.indexOf('-append')
  const parameters = at < 0 ? [] : commands.qemu[at + 1]!.split(' ')
  return parameters.map((one) => one.replace(OLD_PREFIX, 'zsharness_'))
}

// The clock rate of the host is measured for every run.
const MEASURED = /^tsc_early_khz=/

const only = (these: readonly string[], those: readonly string[]): readonly string[] =>
  these.filter((one) => !those.includes(one) && !MEASURED.test(one))

/** The differences between a replay and the boot that it repeats, one sentence each. */
export const differences = (then: CellResult, now: CellResult): readonly string[] => {
  const [before, after] = [parametersOf(then), parametersOf(now)]
  const gone = only(before, after)
  const added = only(after, before)
  return [
    ...(then.kernel.key === now.kernel.key
      ? []
      : [
          `different kernel: ${now.kernel.key}, was ${then.kernel.key || 'none'}; its sources or compiler have changed`,
        ]),
    ...(then.machine === now.machine ? [] : [`accelerator ${now.machine}, was ${then.machine}`]),
    ...(before.length > 0 && gone.length > 0 ? [`kernel parameters removed: ${gone.join(' ')}`] : []),
    ...(before.length > 0 && added.length > 0 ? [`kernel parameters added: ${added.join(' ')}`] : []),
  ]
}

/** The verdict of the replay compared with that of the first boot. */
export const comparison = (then: CellResult, now: CellResult): string => {
  const title = (cell: CellResult): string => cell.findings.find(({ known }) => !known)?.title ?? cell.reason
  if (then.verdict !== now.verdict)
    return `${now.verdict} (${title(now)}); the first boot: ${then.verdict} (${title(then)})`
  return `${now.verdict}, same as the first boot: ${title(now)}`
}

/** The cell with this name; a UsageError suggests the nearest. */
export const cellOf = (run: RunResult, id: string): CellResult => {
  const found = run.cells.find((cell) => cell.id === id)
  if (found) return found
  const names = run.cells.map((cell) => cell.id)
  throw new UsageError(`${run.id} has no cell ${id}${didYouMean(id, names)}`, `its cells: ${names.join(', ')}`)
}
