// SPDX-License-Identifier: MIT
import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ProcessOutput } from 'zx/core'
import { inTempDir } from '../../lib/files/temp.ts'
import { cleanLine } from '../../lib/text/clean.ts'
import { UsageError } from '../../model/errors.ts'
import { diskFull, isDiskFull } from '../tree/disk.ts'
import { plainGit, requireRan } from '../tree/gitenv.ts'
import { type Diagnosis, diagnose } from './diagnose.ts'
import { gatherFits } from './fit.ts'
import type { Patch } from './model.ts'
import type { Applicability } from './schema.ts'

export interface ApplyOptions {
  /** The kernel version, for messages. */
  readonly version: string
  readonly state?: Applicability | undefined
  readonly signal?: AbortSignal
}

/** The message of a patch that does not apply. */
const applyMessage = (patch: Patch, version: string, found: Diagnosis): string => {
  const place = found.hunk > 0 ? `${found.path} hunk #${found.hunk} (${found.header})` : found.path
  const act = patch.reverse ? 'cannot be reverted from' : 'does not apply to'
  return cleanLine(`${basename(patch.file)} ("${patch.subject}"): ${place} ${act} ${version}: ${found.why}`)
}

const explainFailure = async (dir: string, patch: Patch, words: string, options: ApplyOptions): Promise<Error> => {
  if (isDiskFull(words)) return diskFull(dir, `the files of ${patch.file}`)
  const found = diagnose(await gatherFits(dir, patch), { reversed: patch.reverse, state: options.state })
  if (found) return new UsageError(applyMessage(patch, options.version, found), found.hint)
  const first = words.split('\n').find((line) => line.startsWith('error: ')) ?? words
  return new UsageError(`${patch.file}: git apply: ${first.replace(/^error: /, '').trim()}`, 'correct the patch')
}

const gitApply = (dir: string, patch: Patch): Promise<ProcessOutput> =>
  inTempDir('patch', async (scratch) => {
    const file = join(scratch, 'patch')
    await writeFile(file, patch.text)
    return plainGit(dir)`git apply --whitespace=nowarn ${patch.reverse ? ['-R'] : []} ${file}`
  })

/** Applies one patch to the sources in `dir`, completely or not at all. */
export const applyPatch = async (dir: string, patch: Patch, options: ApplyOptions): Promise<void> => {
  const { exitCode, stderr } = await gitApply(dir, patch)
  if (exitCode !== 0) throw await explainFailure(dir, patch, stderr, options)
}

/** The same; false when the patch does not apply. A git that could not work is no answer: it throws. */
export const tryPatch = async (dir: string, patch: Patch): Promise<boolean> => {
  const applied = await gitApply(dir, patch)
  requireRan(applied, 'git apply')
  return applied.exitCode === 0
}
