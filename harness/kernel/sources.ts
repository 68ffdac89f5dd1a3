// SPDX-License-Identifier: MIT
import { join, normalize } from 'node:path'
import { hashIfThere } from '../inputs/series/source.ts'
import { condemnTree, requireOriginal } from '../inputs/tree/intact.ts'
import { sh } from '../lib/process/sh.ts'
import { HostError } from '../model/errors.ts'
import { BUILD_DIR } from './make.ts'
import type { KernelInputs } from './model.ts'

/** A source as a build has it: hard links to the cache. */
export interface BuiltSource extends Pick<KernelInputs['source'], 'original' | 'patchedFiles'> {
  readonly cache: string
  readonly src: string
}

// What decides how a kernel is built, and is in no record.
const isRule = (path: string): boolean => /^(?:scripts|tools)\/|(?:^|\/)(?:Makefile|Kbuild|Kconfig)[^/]*$/.test(path)

/** The sources that kbuild's records of a build folder name, by their paths in the tree. */
export const recordedSources = async (dir: string): Promise<ReadonlySet<string>> => {
  const word = String.raw`\.\./[^] )"';,]+`
  const { stdout, stderr } = await sh({ cwd: dir })`grep -rhoE --include=.*.cmd ${word} . | LC_ALL=C sort -u`
  if (stderr !== '') throw new HostError(`grep: ${stderr.trim()}`, 'check the cache folder')
  // A folder of the tree may be reached from one below it.
  return new Set(stdout.split('\n').map((name) => normalize(name).replace(/^(?:\.\.\/)+/, '')))
}

const requirePatched = async ({ cache, src, original, patchedFiles }: BuiltSource): Promise<void> => {
  for (const [path, sha256] of Object.entries(patchedFiles)) {
    if ((await hashIfThere(join(src, path))) === sha256) continue
    await condemnTree(cache, original.key)
    throw new HostError(
      `${path} is not what the patches made of it; its tree was removed from the cache`,
      "run the same command again, and check the disk and the host's clock",
    )
  }
}

const require = async (source: BuiltSource, signal: AbortSignal, wanted: (path: string) => boolean): Promise<void> => {
  const { cache, src, original, patchedFiles } = source
  await requirePatched(source)
  await requireOriginal(cache, original, src, signal, (listing) =>
    [...listing.keys()].filter((path) => !Object.hasOwn(patchedFiles, path) && wanted(path)),
  )
}

/** Throws a HostError when a file that this kernel was made from is not the tree's, or not the patches'. */
export const requireRecorded = async (source: BuiltSource, signal: AbortSignal): Promise<void> => {
  const recorded = await recordedSources(join(source.src, BUILD_DIR))
  await require(source, signal, (path) => recorded.has(path) || isRule(path))
}

/** The same for every file: a build that failed has not recorded what it read. */
export const requireAll = (source: BuiltSource, signal: AbortSignal): Promise<void> =>
  require(source, signal, () => true)
