// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorInCode } from '../kernel/compile.ts'
import { makeEnv, runMake } from '../kernel/make.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { describeEnd, runProcess, succeeded } from '../lib/process/run.ts'
import { HostError, UsageError } from '../model/errors.ts'
import { explorerSources } from './explorer.ts'

/** The scenarios that are written by hand, one file each. */
export const ownScenarios = async (): Promise<readonly string[]> => {
  const dir = join(explorerSources, 'scenarios')
  return (await readdir(dir).catch(() => []))
    .filter((file) => file.endsWith('.scn'))
    .sort()
    .map((file) => join(dir, file))
}

const PROGRAM = 'check-scenarios'
const SHOWN_LINES = 3
const LIMIT_MS = 60_000

/** Reads files as the explorer will, by the same code. A UsageError names the first bad line. */
export const requireScenarios = (files: readonly string[], signal: AbortSignal): Promise<void> =>
  inTempDir('scenarios', async (dir) => {
    const readable = [explorerSources, ...files.map((file) => dirname(file))]
    const make = ['make', '-C', explorerSources, `OUT=${dir}`, PROGRAM]
    const built = await runMake(make, { readable, writable: [dir] }, { signal })
    if (!succeeded(built.ended))
      throw new HostError(`the reader of scenarios does not build: ${errorInCode(built, [])}`, 'see zsharness doctor')
    const { ended, tail } = await runProcess([join(dir, PROGRAM), ...files], {
      ...{ env: makeEnv(), signal, deadlineMs: LIMIT_MS },
    })
    if (succeeded(ended)) return
    const said = tail.slice(-SHOWN_LINES).join('\n')
    if (ended.by === 'exit' && ended.code === 2) throw new UsageError(`--scenario ${said}`, 'correct the scenario')
    throw new HostError(`the reader of scenarios ${describeEnd(ended)}: ${said}`, 'report this: it is a bug')
  })
