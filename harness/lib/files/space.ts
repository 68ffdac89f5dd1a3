// SPDX-License-Identifier: MIT
import { mkdir, statfs } from 'node:fs/promises'
import { HostError } from '../../model/errors.ts'

const MIB = 1 << 20

/** Throws a HostError unless `dir`'s file system has `needMiB` left for `what`. */
export const requireSpace = async (dir: string, needMiB: number, what: string): Promise<void> => {
  await mkdir(dir, { recursive: true })
  const { bavail, bsize } = await statfs(dir)
  const freeMiB = Math.floor((bavail * bsize) / MIB)
  if (freeMiB >= needMiB) return
  throw new HostError(
    `${what} needs ${needMiB} MiB below ${dir}, and ${freeMiB} MiB are free`,
    'free space, run: npx zsharness clean, or point ZSHARNESS_CACHE at a larger disk',
  )
}
