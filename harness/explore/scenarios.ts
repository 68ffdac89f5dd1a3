// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { explorerSources } from './explorer.ts'

/** The scenarios that are written by hand, one file each. */
export const ownScenarios = async (): Promise<readonly string[]> => {
  const dir = join(explorerSources, 'scenarios')
  return (await readdir(dir).catch(() => []))
    .filter((file) => file.endsWith('.scn'))
    .sort()
    .map((file) => join(dir, file))
}
