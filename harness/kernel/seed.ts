// SPDX-License-Identifier: MIT
import { copyFile, mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeEnd, runProcess, succeeded } from '../lib/process/run.ts'
import { sh } from '../lib/process/sh.ts'
import { HostError, InterruptedError } from '../model/errors.ts'
import { BUILD_DIR } from './make.ts'

const copyTree = async (flags: readonly string[], from: string, to: string, signal: AbortSignal): Promise<void> => {
  const { ended, tail } = await runProcess(['cp', ...flags, from, to], { signal })
  if (ended.by === 'abort') throw new InterruptedError()
  if (!succeeded(ended))
    throw new HostError(`cp ${describeEnd(ended)}: ${tail.at(-1) ?? from}`, 'free space, or run: npx zsharness clean')
}

// kbuild refuses to build out of tree from a source that was configured in tree.
const IN_TREE_LEFTOVERS = ['.config', 'include/config', 'include/generated', BUILD_DIR]

/** Copies the source as hard links, with an empty build folder below it. */
export const linkSource = async (from: string, to: string, signal: AbortSignal): Promise<void> => {
  await copyTree(['-a', '--link'], from, to, signal)
  for (const path of IN_TREE_LEFTOVERS) await rm(join(to, path), { recursive: true, force: true })
  await mkdir(join(to, BUILD_DIR))
}

// The file is a hard link that other builds share, so only a copy may get a new time.
const renew = async (path: string): Promise<void> => {
  const copy = `${path}.zsharness`
  await copyFile(path, copy)
  const now = new Date()
  await utimes(copy, now, now)
  await rename(copy, path)
}

/**
 * kbuild's host tools below `tools/` record absolute paths. Unchanged, they would make it rebuild objtool, and then
 * every object, because all depend on objtool.
 */
const relocate = async (dir: string, from: string, to: string): Promise<void> => {
  const { stdout } = await sh`grep -rlF ${from} ${dir} --include=.*.cmd`
  for (const file of stdout.split('\n').filter((line) => line !== '')) {
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(from, to))
  }
}

export interface Donation {
  readonly src: string
  /** The path of the donor's source during its build. */
  readonly builtAt: string
}

/** Takes over another build's objects; `differing` sources become newer than them, so that make compiles these again. */
export const seedObjects = async (
  donor: Donation,
  src: string,
  differing: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  await rm(join(src, BUILD_DIR), { recursive: true, force: true })
  await copyTree(['-a', '--reflink=auto'], join(donor.src, BUILD_DIR), join(src, BUILD_DIR), signal)
  await relocate(join(src, BUILD_DIR, 'tools'), donor.builtAt, src)
  for (const path of differing) await renew(join(src, path)).catch(ignoreMissing)
}

const ignoreMissing = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ENOENT') throw error
}
