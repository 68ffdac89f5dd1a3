// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { HostError } from '../../model/errors.ts'
import { sh } from '../process/sh.ts'
import type { CacheEntry } from './entries.ts'

/** Bytes on disk of each entry; files that several entries share count for the first one. */
export const entrySizes = async (cache: string, entries: readonly CacheEntry[]): Promise<readonly number[]> => {
  if (entries.length === 0) return []
  const dirs = entries.map(({ kind, key }) => join(cache, kind, key))
  const { exitCode, stdout, stderr } = await sh`du -sk -- ${dirs}`
  const lines = stdout.trim().split('\n')
  if (exitCode !== 0 || lines.length !== dirs.length)
    throw new HostError(
      `du cannot measure ${cache}: ${stderr.trim().split('\n')[0] || `exit code ${exitCode}`}`,
      'make every file below that folder readable, or run clean without --max-size',
    )
  return lines.map((line) => Number.parseInt(line, 10) * 1024)
}

/** The entries, given newest first, that do not fit into `limit` bytes together with the newer ones; pure. */
export const chooseBeyond = (
  newestFirst: readonly CacheEntry[],
  sizes: readonly number[],
  limit: number,
): readonly CacheEntry[] => {
  let total = 0
  const beyond = newestFirst.filter((_, nth) => {
    total += sizes[nth]!
    return total > limit
  })
  return beyond.toReversed()
}
