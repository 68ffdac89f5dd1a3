// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { childEnv } from '../lib/env.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { paths } from '../lib/paths.ts'
import { describeEnd, runProcess, succeeded } from '../lib/process/run.ts'
import { sh } from '../lib/process/sh.ts'
import { HostError } from '../model/errors.ts'

const cannot = (why: string, remedy = 'run: npx zsharness doctor'): HostError =>
  new HostError(`cannot measure this host's counter: ${why}`, remedy)

const compile = async (dir: string, flags: readonly string[] = []): Promise<string> => {
  const program = join(dir, 'ticks')
  // A gcc that is killed leaves its files in TMPDIR.
  const { exitCode, stderr } = await sh({
    env: { ...childEnv(), TMPDIR: dir },
  })`gcc -O2 ${flags} -o ${program} ${join(paths.guest, 'host', 'ticks.c')}`
  if (exitCode !== 0) throw cannot(stderr.trim())
  return program
}

/** The program that measures the counter, for another host of this architecture. */
export const ticksProgram = (): Promise<Buffer> =>
  inTempDir('ticks', async (dir) => readFile(await compile(dir, ['-static', '-s'])))

const measure = async (program: string): Promise<number | string> => {
  const lines: string[] = []
  const { ended, tail } = await runProcess([program], { onLine: (line) => void lines.push(line), deadlineMs: 10_000 })
  const kHz = Number(lines.join(''))
  return succeeded(ended) && kHz > 0 ? kHz : `${program} ${describeEnd(ended)}: ${tail.at(-1) ?? ''}`
}

/** The rate in kHz of the counter that TCG passes through to its guests, measured on this host by this program or one that is compiled now. */
export const measureHostTicksKHz = async (program?: string): Promise<number> => {
  const own = program === undefined ? undefined : await measure(program)
  if (typeof own === 'number') return own
  const compiled = await inTempDir('ticks', async (dir) => measure(await compile(dir))).catch((error: unknown) => {
    // A program for another architecture, and no compiler for this one.
    throw own === undefined
      ? error
      : cannot(own, 'install gcc and libc6-dev, or use a host of the architecture that made it')
  })
  if (typeof compiled === 'number') return compiled
  throw cannot(compiled)
}
