// SPDX-License-Identifier: MIT
import { join, normalize } from 'node:path'
import { requireFiles } from '../inputs/tree/files.ts'
import type { Listing } from '../lib/files/listing.ts'
import { shownPath } from '../lib/files/look.ts'
import { sh } from '../lib/process/sh.ts'
import { HostError } from '../model/errors.ts'
import { isFollowed } from './candidates.ts'
import { BUILD_DIR } from './make.ts'

/** Whether this file decides how kernels are configured and built; no record names it. */
export const isRule = (path: string): boolean =>
  /^(?:scripts|tools)\/|(?:^|\/)(?:Makefile|Kbuild|Kconfig)[^/]*$/.test(path)

/** The sources that kbuild's records of a build folder name, by their paths in the tree. */
export const recordedSources = async (dir: string): Promise<ReadonlySet<string>> => {
  const word = String.raw`\.\./[^] )"';,]+`
  const { stdout, stderr } = await sh({ cwd: dir })`grep -rhoE --include=.*.cmd ${word} . | LC_ALL=C sort -u`
  if (stderr !== '') throw new HostError(`grep: ${stderr.trim()}`, 'check the cache folder')
  // A folder of the tree may be reached from one below it.
  return new Set(stdout.split('\n').map((name) => normalize(name).replace(/^(?:\.\.\/)+/, '')))
}

/** Throws a HostError when a file that this kernel was made from is not what its source lists. */
export const requireRecorded = async (
  cache: string,
  source: Listing,
  src: string,
  signal: AbortSignal,
): Promise<void> => {
  const recorded = await recordedSources(join(src, BUILD_DIR))
  const wanted = source.filter(({ path }) => recorded.has(shownPath(path)) || isRule(path) || !isFollowed(path))
  await requireFiles(cache, wanted, src, signal)
}
