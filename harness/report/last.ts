// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../model/errors.ts'
import { readRunFile } from './load.ts'

/**
 * The folder of the newest run of this plan, merged or not; undefined when there is none. What is no run is skipped, but
 * not a run that was interrupted: an older one must not pass for the last.
 */
export const lastOfPlan = async (resultsDir: string, plan: string): Promise<string | undefined> => {
  const ids = (await readdir(resultsDir).catch(() => [])).filter((id) => /^\d{4}-/.test(id))
  for (const id of ids.sort().reverse()) {
    const dir = join(resultsDir, id)
    const run = await readRunFile(join(dir, 'run.json')).catch((error: unknown) => {
      if (error instanceof UsageError) return undefined
      throw error
    })
    if (run?.plan?.name === plan) return dir
  }
  return undefined
}
