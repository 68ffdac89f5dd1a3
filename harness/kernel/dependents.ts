// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, normalize } from 'node:path'
import { sh } from '../lib/process/sh.ts'
import { HostError } from '../model/errors.ts'

/** The file in which kbuild records how it made a target and what it read for it. */
export const cmdFile = (target: string): string => join(dirname(target), `.${basename(target)}.cmd`)

const targetOf = (file: string): string => join(dirname(file), basename(file).slice(1, -'.cmd'.length))

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => normalize(line))

/** Every target in this build folder that kbuild has recorded. */
export const allTargets = async (dir: string): Promise<ReadonlySet<string>> => {
  // It does not follow links: the build folder has one to its source.
  const { stdout, stderr, exitCode } = await sh({ cwd: dir })`find . -type f -name ${'.*.cmd'}`
  if (exitCode !== 0) throw new HostError(`find: ${stderr.trim()}`, 'check the cache folder')
  return new Set(linesOf(stdout).map(targetOf))
}

/** Sources of which the dependents are wanted. */
export interface Sources {
  /** Paths in the tree of files that are in both sources, with another content. */
  readonly changed: readonly string[]
  /** Those of files that are in one source only. Whoever read another file of that name may find this one instead. */
  readonly moved: readonly string[]
}

// The programs below tools/ are built in their own folders, to which their paths are relative.
const isToolRecord = (path: string): boolean => path.startsWith('tools/')

/** Whether the record of a target names one of these sources, in its command or among what it read. */
export const namesAny = (path: string, record: string, { changed, moved }: Sources): boolean => {
  const files = new Set([...changed, ...moved].map((source) => basename(source)))
  const loose = new Set((isToolRecord(path) ? [...changed, ...moved] : moved).map((source) => basename(source)))
  for (const word of record.split(/[\s"'=;:()]+/)) {
    const name = basename(word)
    if (!files.has(name)) continue
    if (loose.has(name)) return true
    // A path may have a detour, as in ../mm/../include/x.h.
    const path = `/${normalize(word)}`
    if (changed.some((source) => path.endsWith(`/${source}`))) return true
  }
  return false
}

/** The targets in this build folder that depend on one of these sources, as kbuild recorded when it made them. */
export const dependentsOf = async (dir: string, sources: Sources): Promise<readonly string[]> => {
  const names = [...new Set([...sources.changed, ...sources.moved].map((source) => basename(source)))]
  if (names.length === 0) return []
  const patterns = names.flatMap((name) => ['-e', name])
  const { stdout, stderr, exitCode } = await sh({ cwd: dir })`grep -rlF --include=.*.cmd ${patterns} .`
  // 1 is: no file has them.
  if (exitCode !== 0 && exitCode !== 1) throw new HostError(`grep: ${stderr.trim()}`, 'check the cache folder')
  const files = linesOf(stdout)
  const hits = await Promise.all(
    files.map(async (file) => namesAny(file, await readFile(join(dir, file), 'utf8'), sources)),
  )
  return files.filter((_, index) => hits[index]).map(targetOf)
}
