// SPDX-License-Identifier: MIT
import { join, resolve } from 'node:path'
import { isSeriesPath, requiredFolder } from '../../inputs/series/load.ts'
import type { Patch, Series } from '../../inputs/series/model.ts'
import { seriesSchema } from '../../inputs/series/schema.ts'
import { isSource } from '../../inputs/series/sources.ts'
import { parseTreeSpec, type TreeSpec } from '../../inputs/tree/spec.ts'
import { obtainTree } from '../../inputs/tree/tree.ts'
import { loadYaml } from '../../inputs/yaml/load.ts'
import type { Watched } from '../../lib/files/changes.ts'
import { contentKey, hashFile } from '../../lib/files/hash.ts'
import { paths } from '../../lib/paths.ts'
import { sh } from '../../lib/process/sh.ts'
import { HarnessError, UsageError } from '../../model/errors.ts'
import { resolvePatches, resolveSeries } from './resolve.ts'

/** The flags that name what is tested. */
export interface TestedFlags {
  readonly tree: string
  readonly series: string
  readonly patch?: readonly string[]
  readonly extraPatch?: readonly string[]
  /** Absolute paths of the programs and Kconfig fragments. */
  readonly others?: readonly string[]
}

/** The patches that the flags name. */
export interface Patches {
  readonly series: Series
  readonly extraPatches: readonly Patch[]
  /** The content of the programs and Kconfig fragments. */
  readonly others: readonly string[]
}

/** Reads them: one may have changed since the last time. */
export const patchesOf = async ({ series, patch, extraPatch, others = [] }: TestedFlags): Promise<Patches> => ({
  series: await resolveSeries(series, patch),
  extraPatches: await resolvePatches(extraPatch),
  // The run tells which cannot be read.
  others: await Promise.all(others.map((file) => hashFile(file).catch(() => ''))),
})

/** The key of these patches on the tree with this key. */
export const testedKey = (patches: Patches, tree: string): string =>
  contentKey(
    'tested',
    tree,
    // The mail around a patch changes nothing that is tested.
    JSON.stringify(patches, (name, value: unknown) =>
      name === 'mail' ? undefined : value instanceof Map ? [...value] : value,
    ),
  )

/** The key of a tree that nobody edits. */
const FIXED = 'fixed'

/** Calls `onRead` with the key of what a run tests, once that is known; returns what the run is to call with the tree's key. */
export const keyReader = (
  spec: TreeSpec,
  patches: Patches,
  onRead: (key: string) => void,
): ((tree: string) => void) => {
  if (spec.kind === 'dir') return (tree) => onRead(testedKey(patches, tree))
  onRead(testedKey(patches, FIXED))
  return () => undefined
}

/** The key of what the flags name now; undefined when it cannot be tested. */
export const currentKey = async (
  flags: TestedFlags,
  cache: string,
  signal: AbortSignal,
): Promise<string | undefined> => {
  try {
    const patches = await patchesOf(flags)
    const spec = parseTreeSpec(flags.tree)
    if (spec.kind !== 'dir') return testedKey(patches, FIXED)
    await using tree = await obtainTree(spec, { cache, context: { scope: spec.text, signal, emit: () => undefined } })
    return testedKey(patches, tree.meta.key)
  } catch (error) {
    if (error instanceof HarnessError) return undefined
    throw error
  }
}

// The run tells what is wrong with a series; until that is mended, what can be read of it is watched.
const orElse = async <T>(work: Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await work
  } catch (error) {
    if (error instanceof HarnessError) return otherwise
    throw error
  }
}

const requiredBy = async (dir: string): Promise<readonly string[]> => {
  const { requires } = await loadYaml(join(dir, 'series.yaml'), seriesSchema, 'patches/README.md')
  return requires.map(({ series }) => series)
}

/** The folders of a series and of those that it may require. */
const seriesFolders = async (dir: string, root: string, seen = new Set<string>()): Promise<readonly string[]> => {
  if (seen.has(dir)) return []
  seen.add(dir)
  for (const name of await orElse(requiredBy(dir), []))
    await seriesFolders(await orElse(requiredFolder(dir, name, root), join(root, name)), root, seen)
  return [...seen]
}

const foldersOf = async (series: string, root: string): Promise<readonly string[]> =>
  seriesFolders((await isSeriesPath(series, root)) ? resolve(series) : join(root, series), root)

/** What the user may edit of what the flags name: the tree of `dir:`, and the patches. */
export const watchedBy = async (
  { tree, series, patch, extraPatch = [], others = [] }: TestedFlags,
  root: string = paths.patches,
): Promise<Watched> => {
  const spec = parseTreeSpec(tree)
  const folders = spec.kind === 'dir' ? [resolve(spec.path)] : []
  const files = [...(patch ?? []), ...extraPatch].filter((spec) => !isSource(spec))
  return {
    folders: patch ? folders : [...folders, ...(await foldersOf(series, root))],
    files: [...files, ...others].map((file) => resolve(file)),
  }
}

/** Refuses results that would be part of the tree: each run would change what the next one tests. */
export const refuseResultsInTree = async (tree: string, results: string): Promise<void> => {
  const spec = parseTreeSpec(tree)
  if (spec.kind !== 'dir' || !`${results}/`.startsWith(`${resolve(spec.path)}/`)) return
  const ignored = await sh({ cwd: resolve(spec.path) })`git check-ignore --quiet ${join(results, 'run')}`
  if (ignored.exitCode === 0) return
  throw new UsageError(
    `--watch: the results in ${results} would be part of --tree ${spec.text}, so that each run changes it`,
    'give --results a folder outside the tree, or let git ignore it',
  )
}
