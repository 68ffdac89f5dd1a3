// SPDX-License-Identifier: MIT
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
