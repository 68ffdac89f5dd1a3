// SPDX-License-Identifier: MIT
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sweepBlobs } from './blobsweep.ts'
import { KINDS } from './entries.ts'
import { blobsRoot, listedContent } from './listed.ts'

const HOUR_MS = 3_600_000
const INDEXES_KEPT = 8

/** The folder of the indexes of users' folders. */
export const indexesRoot = (cache: string): string => join(cache, 'indexes')

/** Removes the files of the store that no entry uses; returns the bytes freed, undefined while a run adds some. */
export const sweepFiles = (cache: string, signal: AbortSignal): Promise<number | undefined> =>
  sweepBlobs(blobsRoot(cache), () => listedContent(cache, KINDS), signal)

const stampOf = (cache: string): string => join(cache, 'blobs.swept')

/** Milliseconds since 1970; 0 for no file. */
const modifiedAt = (file: string): Promise<number> =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )

const dropOldIndexes = async (cache: string): Promise<void> => {
  const root = indexesRoot(cache)
  const names = await readdir(root).catch(() => [])
  // Another run may remove one meanwhile: it counts as the oldest.
  const timeOf = (name: string): Promise<number> => modifiedAt(join(root, name))
  const found = await Promise.all(names.map(async (name) => ({ name, at: await timeOf(name) })))
  for (const { name } of found.sort((a, b) => b.at - a.at).slice(INDEXES_KEPT))
    await rm(join(root, name), { force: true })
}

/** The same, at most once an hour: an edited folder leaves a few files with each run, and a sweep looks at all. */
export const sweepSometimes = async (cache: string, signal: AbortSignal): Promise<void> => {
  const now = Date.now()
  // A clock that was set back must not stop it for good.
  if (Math.abs(now - (await modifiedAt(stampOf(cache)))) < HOUR_MS) return
  await writeFile(stampOf(cache), '')
  await utimes(stampOf(cache), new Date(now), new Date(now))
  await dropOldIndexes(cache)
  await sweepFiles(cache, signal)
}
