// SPDX-License-Identifier: MIT
import { findArch } from '../../inputs/arch/index.ts'
import { readPatches } from '../../inputs/series/files.ts'
import { loadSeries, patchSeriesFromFiles } from '../../inputs/series/load.ts'
import type { Patch, Series } from '../../inputs/series/model.ts'
import { parseTreeSpec, type TreeSpec } from '../../inputs/tree/spec.ts'
import { findToolchain, type Toolchain } from '../../kernel/toolchain.ts'
import { HostError } from '../../model/errors.ts'
import type { ArchName } from '../../model/results.ts'
import type { Lookup } from '../../run/request.ts'

/** The series of a name, or the one that `--patch` files make. */
export const resolveSeries = (name: string, patchFiles: readonly string[] | undefined): Promise<Series> =>
  patchFiles === undefined || patchFiles.length === 0 ? loadSeries(name) : patchSeriesFromFiles(patchFiles)

/** Every series by name; one that cannot be read is kept as its error, for the cells that need it. */
export const lookUpSeries = async (names: readonly string[]): Promise<ReadonlyMap<string, Lookup<Series>>> => {
  const found = new Map<string, Lookup<Series>>()
  for (const name of new Set(names)) {
    const lookup = await loadSeries(name).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    found.set(name, lookup)
  }
  return found
}

/** The patches of several files, in order. */
export const resolvePatches = async (files: readonly string[] | undefined): Promise<readonly Patch[]> => {
  const patches: Patch[] = []
  for (const file of files ?? []) patches.push(...(await readPatches(file)))
  return patches
}

/** Every tree by its spec. */
export const resolveTrees = (specs: readonly string[]): ReadonlyMap<string, TreeSpec> =>
  new Map(specs.map((spec) => [spec, parseTreeSpec(spec)]))

/** The compiler of each architecture; a HostError names the package of one that is missing. */
export const resolveToolchains = async (
  archs: readonly ArchName[],
  llvm: boolean,
): Promise<ReadonlyMap<ArchName, Toolchain>> => {
  const found = new Map<ArchName, Toolchain>()
  for (const name of new Set(archs)) found.set(name, await findToolchain(findArch(name), llvm))
  return found
}

/** The compilers that this host has, for a forecast. */
export const availableToolchains = async (
  archs: readonly ArchName[],
  llvm: boolean,
): Promise<ReadonlyMap<ArchName, Toolchain>> => {
  const found = new Map<ArchName, Toolchain>()
  for (const name of new Set(archs)) {
    const toolchain = await findToolchain(findArch(name), llvm).catch((error: unknown) => {
      if (error instanceof HostError) return undefined
      throw error
    })
    if (toolchain) found.set(name, toolchain)
  }
  return found
}
