// SPDX-License-Identifier: MIT

import { findArch } from '../inputs/arch/index.ts'
import { composeConfig } from '../inputs/kconfig/compose.ts'
import { resolveLegs, stateOn } from '../inputs/series/legs.ts'
import { loadSeries, patchSeriesFromFiles } from '../inputs/series/load.ts'
import type { Legs, Patch, Series } from '../inputs/series/model.ts'
import { obtainSource } from '../inputs/series/source.ts'
import type { TreeEntry } from '../inputs/tree/model.ts'
import { parseVersion } from '../inputs/tree/version.ts'
import { obtainKernel } from '../kernel/kernel.ts'
import type { Kernel, KernelInputs } from '../kernel/model.ts'
import { findToolchain } from '../kernel/toolchain.ts'
import type { Context } from '../model/events.ts'
import { gcovVariables } from '../verdict/coverage/measure.ts'
import type { RunSettings } from './options.ts'
import type { CellPlan } from './plan/pairs.ts'

/** The series of a run: by name, or made of `--patch` files. */
export const seriesOf = (series: string, { patchFiles }: Pick<RunSettings, 'patchFiles'>): Promise<Series> =>
  patchFiles.length > 0 ? patchSeriesFromFiles(patchFiles) : loadSeries(series)

/** The patches of the `--extra-patch` files. */
export const extraPatchesOf = async ({
  extraPatchFiles,
}: Pick<RunSettings, 'extraPatchFiles'>): Promise<readonly Patch[]> =>
  extraPatchFiles.length === 0 ? [] : (await patchSeriesFromFiles(extraPatchFiles)).patches

/** The patches of each leg on a tree of this version, the extra ones last on the after leg. */
export const legsOf = async (series: Series, treeVersion: string, options: RunSettings): Promise<Legs> => {
  const { before, after } = resolveLegs(series, treeVersion)
  return { before, after: [...after, ...(await extraPatchesOf(options))] }
}

export interface LegInputs {
  readonly series: Series
  readonly legs: Legs
  readonly tree: TreeEntry
  readonly options: RunSettings
}

/** The kernel of one leg and config: sources patched, configured, built; each from the cache when it is there. */
export const kernelOf = async (
  { series, legs, tree, options }: LegInputs,
  plan: Pick<CellPlan, 'arch' | 'config' | 'profile' | 'leg'>,
  logFile: string,
  context: Context,
  inSeat = false,
): Promise<{ readonly kernel: Kernel; readonly inputs: KernelInputs }> => {
  const arch = findArch(plan.arch)
  const toolchain = await findToolchain(arch, options.llvm)
  const wanted = await composeConfig(plan, parseVersion(tree.meta.version)!)
  const state = stateOn(series, tree.meta.version)
  await using source = await obtainSource(tree, legs[plan.leg], { cache: options.cache, context, state })
  const inputs: KernelInputs = {
    source: {
      dir: source.dir,
      key: source.meta.key,
      treeKey: source.meta.treeKey,
      patchedFiles: source.meta.patchedFiles,
    },
    version: tree.meta.version,
    arch,
    toolchain,
    wanted,
    makeVariables: gcovVariables(series.touches),
  }
  const { cache, jobs } = options
  return { kernel: await obtainKernel(inputs, { cache, jobs, logFile, inSeat }, context), inputs }
}

/** The sources of the before leg's patches, held until disposed: what an after leg's added lines are told by. */
export const beforeSource = ({ series, legs, tree, options }: LegInputs, context: Context) =>
  obtainSource(tree, legs.before, {
    cache: options.cache,
    context: { ...context, emit: () => undefined },
    state: stateOn(series, tree.meta.version),
  })
