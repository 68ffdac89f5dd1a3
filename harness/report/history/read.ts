// SPDX-License-Identifier: MIT
import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readBounded } from '../../lib/files/bounded.ts'
import { exists } from '../../lib/files/exists.ts'
import { cleanLine } from '../../lib/text/clean.ts'
import { UsageError } from '../../model/errors.ts'
import { parseLean, type Read } from './lean.ts'
import type { NotRead } from './schema.ts'

const MAX_MIB = 256

const OTHERS: readonly (readonly [string, string])[] = [
  ['journal.jsonl', 'a bisection: see zsharness bisect report'],
  ['selftest.json', 'a self-test'],
  ['explore.json', 'an exploration'],
]

/** Why a folder has no run. */
const otherThan = async (dir: string): Promise<string> => {
  for (const [file, what] of OTHERS) if (await exists(join(dir, file))) return what
  return 'it has no run.json: not a run, or one that was killed before it started'
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)

const textOf = async (path: string): Promise<{ readonly text: string } | { readonly why: string }> => {
  try {
    if (!(await stat(path)).isFile()) return { why: 'run.json is not a file' }
    return { text: (await readBounded(path, MAX_MIB)).toString('utf8') }
  } catch (error) {
    if (error instanceof UsageError) return { why: error.message }
    return { why: `run.json cannot be read (${codeOf(error)})` }
  }
}

const readOne = async (dir: string): Promise<ReturnType<typeof parseLean>> => {
  const path = join(dir, 'run.json')
  if (!(await exists(path))) return { why: await otherThan(dir) }
  const read = await textOf(path)
  return 'why' in read ? read : parseLean(read.text)
}

// `latest` and its like: what they point at has its own place here.
const pointsHere = async (dir: string, entry: Dirent): Promise<boolean> =>
  entry.isSymbolicLink() &&
  dirname(await realpath(join(dir, entry.name)).catch(() => join(dir, 'x'))) === (await realpath(dir))

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false

const foldersOf = async (dir: string): Promise<readonly string[]> => {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: unknown) => {
    throw new UsageError(
      `${dir}: cannot be read as a folder of runs (${codeOf(error)})`,
      'give the folder that the runs are in: zsharness report history results',
      error,
    )
  })
  const folders: string[] = []
  for (const entry of entries)
    if (!(await pointsHere(dir, entry)) && (await isFolder(join(dir, entry.name)))) folders.push(entry.name)
  return folders.sort()
}

/** Every run of a folder, and what else is there. One run.json at a time is in memory. */
export const readRuns = async (
  dir: string,
): Promise<{ readonly read: readonly Read[]; readonly notRead: readonly NotRead[] }> => {
  const read: Read[] = []
  const notRead: NotRead[] = []
  for (const folder of await foldersOf(dir)) {
    const one = await readOne(join(dir, folder))
    if (cleanLine(folder) !== folder) notRead.push({ folder, why: 'its name has control characters' })
    else if ('why' in one) notRead.push({ folder, why: one.why })
    else read.push({ folder, run: one.run })
  }
  return { read, notRead }
}
