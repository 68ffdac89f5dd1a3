// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import type { RunResult } from '../../model/results.ts'
import { argvOf, envOf } from '../campaign/program.ts'
import type { World } from '../campaign/site.ts'

/** Starts a run of the toy kernel on the fake QEMU with more flags, here or on the cluster of this slurm.conf. */
export const startToys = (
  world: World,
  results: string,
  flags: readonly string[],
  conf?: string,
  env: Readonly<Record<string, string>> = {},
) => {
  const [file, ...args] = argvOf(world, { results })
  return execa(file!, [...args, ...flags], {
    cwd: world.dir,
    env: { ...envOf(world), ...(conf === undefined ? {} : { SLURM_CONF: conf }), ...env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    all: true,
  })
}

/** The run of that results folder. */
export const toysIn = async (world: World, results: string): Promise<RunResult> =>
  JSON.parse(await readFile(join(world.dir, results, 'latest/run.json'), 'utf8'))
