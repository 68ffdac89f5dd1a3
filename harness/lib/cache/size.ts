// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { HostError } from '../../model/errors.ts'
import { sh } from '../process/sh.ts'
import type { CacheEntry } from './entries.ts'

const KIB = 1024
// Thousands of paths would not fit into one command line.
const AT_ONCE = 500

const bytesByPath = (stdout: string): ReadonlyMap<string, number> =>
  new Map(
    stdout.split('\0').flatMap((line) => {
      const match = /^(\d+)\t(.*)$/s.exec(line)
      return match ? [[match[2]!, Number(match[1]) * KIB] as const] : []
    }),
  )

/** Bytes on disk of each path, 0 when it does not exist; files that several paths share count for the first one. */
export const sizesOf = async (paths: readonly string[]): Promise<readonly number[]> => {
  const sizes: number[] = []
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = paths.slice(at, at + AT_ONCE)
    const found = bytesByPath((await sh`du -sk0 -- ${some}`).stdout)
    sizes.push(...some.map((path) => found.get(path) ?? 0))
  }
  return sizes
}

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
  return lines.map((line) => Number.parseInt(line, 10) * KIB)
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
