// SPDX-License-Identifier: MIT
import { statfs } from 'node:fs/promises'
import { HostError } from '../../model/errors.ts'

const FULL = /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/

/** True when an error or the output of a program says that the disk is full. */
export const isDiskFull = (error: unknown): boolean => {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (FULL.test(`${(at as NodeJS.ErrnoException).code ?? ''} ${at.message}`)) return true
  }
  return typeof error === 'string' && FULL.test(error)
}

const freeMiB = async (dir: string): Promise<number | undefined> => {
  const { bavail, bsize } = await statfs(dir).catch(() => ({ bavail: -1, bsize: 1 }))
  return bavail < 0 ? undefined : Math.floor((bavail * bsize) / 2 ** 20)
}

/** The HostError for a disk that became full while `what` was written below `dir`. */
export const diskFull = async (dir: string, what: string, cause?: unknown): Promise<HostError> => {
  const free = await freeMiB(dir)
  return new HostError(
    `no space left for ${what} in ${dir}${free === undefined ? '' : ` (${free} MiB free there now)`}`,
    'a kernel source needs 1.6 GiB and a build 3 GiB: free space, run: npx zsharness clean, or set ZSHARNESS_CACHE to a folder on a larger disk',
    cause,
  )
}
