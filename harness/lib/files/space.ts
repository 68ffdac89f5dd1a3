// SPDX-License-Identifier: MIT
import type { StatsFs } from 'node:fs'
import { mkdir, statfs } from 'node:fs/promises'
import { HostError } from '../../model/errors.ts'

const MIB = 1 << 20

/** Throws a HostError unless the file system of `dir` has `needMiB` free for `what`. */
export const requireSpace = async (dir: string, needMiB: number, what: string): Promise<void> => {
  await mkdir(dir, { recursive: true })
  const { bavail, bsize } = await statfs(dir)
  const freeMiB = Math.floor((bavail * bsize) / MIB)
  if (freeMiB >= needMiB) return
  throw new HostError(
    `${what} needs ${needMiB} MiB in ${dir}, but only ${freeMiB} MiB are free`,
    'free space, run: npx zsharness clean, or set ZSHARNESS_CACHE to a folder on a larger disk',
  )
}

const NEARLY_FULL_MIB = 16

type Room = Pick<StatsFs, 'bavail' | 'bsize' | 'files' | 'ffree'>

/** Throws a HostError when one of the folders has next to no space left: a program that found none may only say that it failed. */
export const requireRoomLeft = async (
  dirs: readonly string[],
  what: string,
  roomOf: (dir: string) => Promise<Room> = (dir) => statfs(dir),
): Promise<void> => {
  for (const dir of dirs) {
    const { bavail, bsize, files, ffree } = await roomOf(dir)
    const hasFiles = files === 0 || ffree > 0
    if (hasFiles && (bavail * bsize) / MIB >= NEARLY_FULL_MIB) continue
    throw new HostError(
      `${what} failed, and there is no space left in ${dir}`,
      'free space, run: npx zsharness clean, or set ZSHARNESS_CACHE and TMPDIR to folders on a larger disk',
    )
  }
}
