// SPDX-License-Identifier: MIT
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { childEnv } from '../lib/env.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { paths } from '../lib/paths.ts'
import { describeEnd, runProcess, succeeded } from '../lib/process/run.ts'
import { sh } from '../lib/process/sh.ts'
import { HostError } from '../model/errors.ts'
import { counterProgram, rateOf } from './counter.ts'

const DEADLINE_MS = 10_000

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

/** The program that measures the counter, for the script of a bundle. */
export const ticksProgram = (): Promise<Buffer> =>
  inTempDir('ticks', async (dir) => readFile(await compile(dir, ['-static', '-s'])))

const compiledRate = async (dir: string): Promise<number> => {
  const program = await compile(dir)
  const lines: string[] = []
  const { ended, tail } = await runProcess([program], {
    onLine: (line) => void lines.push(line),
    deadlineMs: DEADLINE_MS,
  })
  const kHz = Number(lines.join(''))
  if (succeeded(ended) && kHz > 0) return kHz
  throw cannot(`${program} ${describeEnd(ended)}: ${tail.at(-1) ?? ''}`)
}

const ownRate = async (dir: string): Promise<number> => {
  const program = join(dir, 'counter')
  await writeFile(program, counterProgram(), { mode: 0o755 })
  const options = { encoding: 'buffer', timeout: DEADLINE_MS, env: childEnv() } as const
  const { stdout } = await promisify(execFile)(program, [], options).catch((error: Error) => {
    throw cannot(error.message, 'set TMPDIR to a folder from which programs can be started')
  })
  const kHz = rateOf(stdout)
  if (kHz === undefined) throw cannot(`${program} printed ${stdout.length} bytes`)
  return kHz
}

/** The rate in kHz of the counter that TCG passes through to its guests, measured on this host. */
export const measureHostTicksKHz = (): Promise<number> =>
  inTempDir('ticks', process.arch === 'x64' ? ownRate : compiledRate)
