// SPDX-License-Identifier: MIT
import { findArch } from '../inputs/arch/index.ts'
import { composeConfig } from '../inputs/kconfig/compose.ts'
import { stateOn } from '../inputs/series/legs.ts'
import type { Legs, Series } from '../inputs/series/model.ts'
import { obtainSource } from '../inputs/series/source.ts'
import { originalOf } from '../inputs/tree/intact.ts'
import type { TreeEntry } from '../inputs/tree/model.ts'
import { parseVersion } from '../inputs/tree/version.ts'
import { type BuildOptions, keyOf, obtainKernel, wantedOptions } from '../kernel/kernel.ts'
import type { Kernel, KernelInputs } from '../kernel/model.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import type { Context } from '../model/events.ts'
import { gcovVariables } from '../verdict/coverage/measure.ts'
import type { CellPlan, PairPlace } from './plan/pairs.ts'

/** The inputs of a kernel without its source. */
type KernelSpec = Omit<KernelInputs, 'source'>

/** The configuration and compiler of the kernel of this place, on a tree of this version. */
const kernelSpec = async (
  place: Pick<PairPlace, 'arch' | 'config' | 'profile'>,
  { touches }: Pick<Series, 'touches'>,
  version: string,
  toolchain: Toolchain,
): Promise<KernelSpec> => ({
  version,
  arch: findArch(place.arch),
  toolchain,
  wanted: await composeConfig(place, parseVersion(version)!),
  makeVariables: gcovVariables(touches),
})

/** The cache key of the kernel of this place with this source, built or not. */
export const kernelKey = async (
  place: Pick<PairPlace, 'arch' | 'config' | 'profile'>,
  series: Pick<Series, 'touches'>,
  source: { readonly version: string; readonly key: string },
  toolchain: Toolchain,
): Promise<string> => {
  const { arch, wanted, makeVariables } = await kernelSpec(place, series, source.version, toolchain)
  const options = wantedOptions(wanted, makeVariables)
  return keyOf({ arch: arch.name, sourceKey: source.key, toolchain: toolchain.version, options })
}

/** The inputs of both legs of a pair. */
export interface LegInputs {
  readonly series: Series
  readonly legs: Legs
  readonly tree: TreeEntry
}

/** The kernel of one leg and config: patched, configured and built; each step comes from the cache where possible. */
export const kernelOf = async (
  { series, legs, tree }: LegInputs,
  plan: Pick<CellPlan, 'arch' | 'config' | 'profile' | 'leg'>,
  toolchain: Toolchain,
  options: BuildOptions,
  context: Context,
): Promise<Kernel> => {
  const { version } = tree.meta
  const spec = await kernelSpec(plan, series, version, toolchain)
  const state = stateOn(series, version)
  await using source = await obtainSource(tree, legs[plan.leg], { cache: options.cache, context, state })
  const { key, treeKey, patchedFiles } = source.meta
  return await obtainKernel(
    { ...spec, source: { dir: source.dir, key, treeKey, treeDir: tree.dir, original: originalOf(tree), patchedFiles } },
    options,
    context,
  )
}

/** The sources of the before leg, locked until disposed; the added lines of the after leg are found against them. */
export const beforeSource = ({ series, legs, tree }: LegInputs, cache: string, context: Context) =>
  obtainSource(tree, legs.before, {
    cache,
    context: { ...context, emit: () => undefined },
    state: stateOn(series, tree.meta.version),
  })
