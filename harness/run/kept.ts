// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readPatches } from '../inputs/series/files.ts'
import type { Patch } from '../inputs/series/model.ts'
import { isSource, type ReadPatches } from '../inputs/series/sources.ts'
import { writeJson } from '../lib/files/atomic.ts'
import { sha256Of } from '../lib/files/hash.ts'
import { UsageError } from '../model/errors.ts'

const keptFile = (runDir: string): string => join(runDir, 'patches', 'kept.json')

const keptSchema = z.array(
  z.object({ file: z.string(), subject: z.string(), text: z.string(), firstLine: z.number().int().nonnegative() }),
)

/** Stores the patches that were not read from files: what they came from may be gone when the run is repeated. */
export const writeKept = async (runDir: string, patches: readonly Patch[]): Promise<void> => {
  const kept = new Map(patches.filter(({ file }) => isSource(file)).map((one) => [`${one.file}\n${one.sha256}`, one]))
  if (kept.size === 0) return
  await writeJson(
    keptFile(runDir),
    [...kept.values()].map(({ file, subject, text, firstLine }) => ({ file, subject, text, firstLine })),
  )
}

const readKept = async (runDir: string): Promise<readonly Patch[]> => {
  try {
    const kept = keptSchema.parse(JSON.parse(await readFile(keptFile(runDir), 'utf8')))
    return kept.map((patch) => ({ ...patch, sha256: sha256Of(patch.text), reverse: false }))
  } catch (error) {
    throw new UsageError(
      `${keptFile(runDir)}: the patches of this run cannot be read`,
      'run it again with the same patches',
      error,
    )
  }
}

/** Reads the patches of a run again: files as they are now, anything else as the run had it. */
export const patchesOfRun =
  (runDir: string): ReadPatches =>
  async (spec) => {
    if (!isSource(spec)) return readPatches(spec)
    const found = (await readKept(runDir)).filter(({ file }) => file === spec)
    if (found.length > 0) return found
    throw new UsageError(`${keptFile(runDir)}: has no patch of ${spec}`, 'run it again with the same patches')
  }
