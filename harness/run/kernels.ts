// SPDX-License-Identifier: MIT
import { initramfsBeside } from '../guest/initramfs.ts'
import { findArch } from '../inputs/arch/index.ts'
import { composeConfig } from '../inputs/kconfig/compose.ts'
import { stateOn } from '../inputs/series/legs.ts'
import type { Legs, Series } from '../inputs/series/model.ts'
import { obtainSource } from '../inputs/series/source.ts'
import { checkoutFiles, listingOf } from '../inputs/tree/files.ts'
import type { TreeEntry } from '../inputs/tree/model.ts'
import { type KernelVersion, parseVersion } from '../inputs/tree/version.ts'
import { type BuildOptions, keyOf, obtainKernel, wantedOptions } from '../kernel/kernel.ts'
import type { Kernel, KernelInputs } from '../kernel/model.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { inPhase } from '../lib/phase.ts'
import type { Context } from '../model/events.ts'
import type { KconfigText, LegName } from '../model/results.ts'
import { gcovVariables } from '../verdict/coverage/measure.ts'
import type { CellPlan, PairPlace } from './plan/pairs.ts'
import { optionsOf } from './settings.ts'

/** The inputs of a kernel without its source. */
type KernelSpec = Omit<KernelInputs, 'source'>

type Of = Pick<Series, 'name' | 'touches' | 'settings'>

const wantedOn = (
  place: Pick<PairPlace, 'arch' | 'config' | 'profile'>,
  series: Of,
  version: KernelVersion,
  kconfig: readonly KconfigText[],
) => composeConfig(place, version, [...optionsOf(series), ...kconfig])

/** The configuration and compiler of the kernel of this place, on a tree of this version. */
const kernelSpec = async (
  place: Pick<PairPlace, 'arch' | 'config' | 'profile'>,
  series: Of,
  version: string,
  toolchain: Toolchain,
  kconfig: readonly KconfigText[],
): Promise<KernelSpec> => ({
  version,
  arch: findArch(place.arch),
  toolchain,
  wanted: await wantedOn(place, series, parseVersion(version)!, kconfig),
  makeVariables: gcovVariables(series.touches),
})

/** The options of the kernel of this place on a tree of this version, as its identity lists them. */
export const kernelOptions = async (
  place: Pick<PairPlace, 'arch' | 'config' | 'profile'>,
  series: Of,
  version: KernelVersion,
  kconfig: readonly KconfigText[] = [],
): Promise<readonly string[]> =>
  wantedOptions(await wantedOn(place, series, version, kconfig), gcovVariables(series.touches))

/** The cache key of the kernel of this place with this source, built or not. */
export const kernelKey = async (
  place: Pick<PairPlace, 'arch' | 'config' | 'profile'>,
  series: Of,
  source: { readonly version: string; readonly listing: string },
  toolchain: Toolchain,
  kconfig: readonly KconfigText[],
): Promise<string> => {
  const { arch, wanted, makeVariables } = await kernelSpec(place, series, source.version, toolchain, kconfig)
  const options = wantedOptions(wanted, makeVariables)
  return keyOf({ arch: arch.name, listing: source.listing, toolchain: toolchain.version, options })
}

/** The inputs of both legs of a pair. */
export interface LegInputs {
  readonly series: Series
  readonly legs: Legs
  readonly tree: TreeEntry
  /** The Kconfig fragments of the user. */
  readonly kconfig: readonly KconfigText[]
}

/**
 * The kernel of one leg and config: patched, configured and built; each step comes from the cache where possible. While a
 * kernel is linked, the initramfs for it is made.
 */
export const kernelOf = async (
  { series, legs, tree, kconfig }: LegInputs,
  plan: Pick<CellPlan, 'arch' | 'config' | 'profile' | 'leg'>,
  toolchain: Toolchain,
  options: BuildOptions,
  context: Context,
): Promise<Kernel> => {
  const { version } = tree.meta
  const spec = await kernelSpec(plan, series, version, toolchain, kconfig)
  const state = stateOn(series, version)
  await using source = await inPhase(context, 'patch', () =>
    obtainSource(tree, legs[plan.leg], { cache: options.cache, context, state }),
  )
  const { listing, patchedFiles } = source.meta
  return await obtainKernel(
    { ...spec, source: { listing, treeListing: tree.meta.listing, patchedFiles } },
    { ...options, whileLinked: initramfsBeside(spec.arch, toolchain, options.cache) },
    context,
  )
}

/** Opens files for a function. */
export type WithFiles = <T>(use: (dir: string) => Promise<T>) => Promise<T>

/** Lets a function read these files of one leg in a folder: what the other leg changes is found against them. */
export const filesOfLeg =
  (
    { series, legs, tree }: LegInputs,
    leg: LegName,
    files: readonly string[],
    cache: string,
    context: Context,
  ): WithFiles =>
  async (use) => {
    const quiet = { ...context, emit: () => undefined }
    const state = stateOn(series, tree.meta.version)
    await using source = await obtainSource(tree, legs[leg], { cache, context: quiet, state })
    const listing = await listingOf(cache, source.meta.listing, context.signal)
    const touched = listing.filter(({ path }) => files.includes(path))
    return await inTempDir('baseline', async (dir) => {
      await checkoutFiles(cache, touched, dir, context.signal)
      return use(dir)
    })
  }
