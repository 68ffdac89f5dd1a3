// SPDX-License-Identifier: MIT
import { findArch } from '../../inputs/arch/index.ts'
import { patchSeriesFromFiles } from '../../inputs/series/load.ts'
import type { Patch, Series } from '../../inputs/series/model.ts'
import { type ReadPatches, readSource } from '../../inputs/series/sources.ts'
import { parseTreeSpec, type TreeSpec } from '../../inputs/tree/spec.ts'
import { findToolchain, type Toolchain } from '../../kernel/toolchain.ts'
import { HostError } from '../../model/errors.ts'
import type { ArchName } from '../../model/results.ts'
import type { Lookup, Resolved } from '../../run/request.ts'
import { families } from '../../splat/index.ts'
import { knownSeries } from './series.ts'

/** The series with this name, or a series of the `--patch` files. */
export const resolveSeries = (
  name: string,
  patchFiles: readonly string[] | undefined,
  read: ReadPatches = readSource,
): Promise<Series> =>
  patchFiles === undefined || patchFiles.length === 0 ? knownSeries(name) : patchSeriesFromFiles(patchFiles, read)

/** The series with the stack that the user gave as its signature, if any. */
export const withSignature = (series: Series, functions: readonly string[]): Series => {
  if (functions.length === 0) return series
  const note = 'given with --signature'
  return { ...series, signature: [{ families: families.map(({ name }) => name), stack: [...functions], note }] }
}

/** Every series by name; the error of an unreadable one is kept for the cells that need it. */
export const lookUpSeries = async (names: readonly string[]): Promise<ReadonlyMap<string, Lookup<Series>>> => {
  const found = new Map<string, Lookup<Series>>()
  for (const name of new Set(names)) {
    const lookup = await knownSeries(name).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    found.set(name, lookup)
  }
  return found
}

/** The patches of several values of a flag, in order. */
export const resolvePatches = async (
  files: readonly string[] | undefined,
  read: ReadPatches = readSource,
): Promise<readonly Patch[]> => {
  const patches: Patch[] = []
  for (const file of files ?? []) patches.push(...(await read(file)))
  return patches
}

/** Every tree by its spec. */
export const resolveTrees = (specs: readonly string[]): ReadonlyMap<string, TreeSpec> =>
  new Map(specs.map((spec) => [spec, parseTreeSpec(spec)]))

const collectToolchains = async (
  archs: readonly ArchName[],
  find: (name: ArchName) => Promise<Toolchain | undefined>,
): Promise<ReadonlyMap<ArchName, Toolchain>> => {
  const found = new Map<ArchName, Toolchain>()
  for (const name of new Set(archs)) {
    const toolchain = await find(name)
    if (toolchain) found.set(name, toolchain)
  }
  return found
}

/** The compiler of each architecture; a HostError names the package of a missing one. */
export const resolveToolchains = (archs: readonly ArchName[], llvm: boolean): Promise<Resolved['toolchains']> =>
  collectToolchains(archs, (name) => findToolchain(findArch(name), llvm))

/** The compilers that this host has; enough to print a plan. */
export const availableToolchains = (archs: readonly ArchName[], llvm: boolean): Promise<Resolved['toolchains']> =>
  collectToolchains(archs, (name) =>
    findToolchain(findArch(name), llvm).catch((error: unknown) => {
      if (error instanceof HostError) return undefined
      throw error
    }),
  )
