// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { packageRoot } from '../lib/paths.ts'
import { type RunResult, run as runSchema } from '../model/results.ts'

/** How one call of the program ended. */
export interface CliResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** How the program is called. */
export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** The checkout whose program runs. */
  readonly root?: string
}

/** Starts the built program as a user does. */
export const spawnCli = (
  args: readonly string[],
  { env = {}, cwd = packageRoot, root = packageRoot }: CliOptions = {},
) => execa(process.execPath, [join(root, 'dist', 'cli.js'), ...args], { cwd, env, reject: false, stdin: 'ignore' })

/** Runs the built program and waits for its end. */
export const cli = async (args: readonly string[], options: CliOptions = {}): Promise<CliResult> => {
  const { exitCode, stdout, stderr } = await spawnCli(args, options)
  return { exitCode: exitCode ?? -1, stdout, stderr }
}

/** The newest run of a results folder, checked against its schema. */
export const latestRun = async (results: string): Promise<RunResult> =>
  runSchema.parse(JSON.parse(await readFile(join(results, 'latest', 'run.json'), 'utf8')))
