// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { TreeOptions } from '../inputs/tree/model.ts'
import type { TreeSpec } from '../inputs/tree/spec.ts'
import { obtainTree } from '../inputs/tree/tree.ts'
import { inRange, parseVersion } from '../inputs/tree/version.ts'
import { exists } from '../lib/files/exists.ts'
import { packageRoot } from '../lib/paths.ts'
import { UsageError } from '../model/errors.ts'
import { type CaseSet, loadSet, SELFTEST_YAML, selftestDir } from './plan.ts'

/** The folders of all sets: the folder of the self-test, and each folder in it that has a selftest.yaml. */
export const listSets = async (root = selftestDir()): Promise<readonly string[]> => {
  const entries = await readdir(root, { withFileTypes: true })
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name))
  const dirs: string[] = []
  for (const dir of [root, ...below.sort()]) if (await exists(join(dir, SELFTEST_YAML))) dirs.push(dir)
  return dirs
}

/** Every set, with its cases. */
export const loadSets = async (root = selftestDir()): Promise<readonly CaseSet[]> =>
  Promise.all((await listSets(root)).map(loadSet))

const describe = ({ versions, yaml }: CaseSet): string => `${versions} (${relative(packageRoot, yaml)})`

/** The set for a kernel version; a UsageError lists the sets when there is none. */
export const setFor = (sets: readonly CaseSet[], version: string): CaseSet => {
  const parsed = parseVersion(version)
  const found = parsed && sets.find(({ versions }) => inRange(parsed, versions))
  if (found) return found
  throw new UsageError(
    `the self-test has no set for Linux ${version}`,
    `choose a --tree of one of these versions: ${sets.map(describe).join(', ')}`,
  )
}

/** The set for a tree, which is fetched for its version. */
export const setOfTree = async (sets: readonly CaseSet[], tree: TreeSpec, options: TreeOptions): Promise<CaseSet> => {
  await using entry = await obtainTree(tree, options)
  return setFor(sets, entry.meta.version)
}
