// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const prefix = (name: string): string => join(tmpdir(), `zsharness-${name}-`)

/** What the path of a temporary folder of this name looks like: the last six characters vary. */
export const tempDirLike = (name: string): string => `${prefix(name)}XXXXXX`

/** Makes a folder below TMPDIR, hands it to `use`, and removes it when that has settled. */
export const inTempDir = async <T>(name: string, use: (dir: string) => Promise<T>): Promise<T> => {
  const dir = await mkdtemp(prefix(name))
  try {
    return await use(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
