// SPDX-License-Identifier: MIT
import { HarnessError, HostError } from '../../model/errors.ts'

const FREE = 'free space, run: npx zsharness clean, or set ZSHARNESS_CACHE to a folder on a larger disk'

const REMEDIES: Readonly<Record<string, string>> = { ENOSPC: FREE, EDQUOT: FREE }

/** Calls `use`; a failure of the system, of the codes given or any, becomes a HostError about the folder. */
export const writing = <T>(dir: string, use: () => T, codes?: readonly string[]): T => {
  try {
    return use()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (error instanceof HarnessError || code === undefined || (codes && !codes.includes(code))) throw error
    throw new HostError(
      `cannot write ${dir}: ${message}`,
      REMEDIES[code] ?? 'make it writable for this user, and check that disk (dmesg)',
      error,
    )
  }
}
