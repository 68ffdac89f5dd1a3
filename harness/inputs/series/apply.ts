// SPDX-License-Identifier: MIT
import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { inTempDir } from '../../lib/files/temp.ts'
import { cleanLine } from '../../lib/text/clean.ts'
import { UsageError } from '../../model/errors.ts'
import { diskFull, isDiskFull } from '../tree/disk.ts'
import { plainGit } from '../tree/gitenv.ts'
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

/** Applies one patch to the sources in `dir`, completely or not at all. */
export const applyPatch = (dir: string, patch: Patch, options: ApplyOptions): Promise<void> =>
  inTempDir('patch', async (scratch) => {
    const file = join(scratch, 'patch')
    await writeFile(file, patch.text)
    const { exitCode, stderr } = await plainGit(
      dir,
    )`git apply --whitespace=nowarn ${patch.reverse ? ['-R'] : []} ${file}`
    if (exitCode !== 0) throw await explainFailure(dir, patch, stderr, options)
  })
