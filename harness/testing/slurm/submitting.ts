// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { packageRoot } from '../../lib/paths.ts'
import type { RunResult } from '../../model/results.ts'
import { until } from './daemon.ts'
import { clusterOfFile } from './offile.ts'

const CLI = join(packageRoot, 'dist/cli.js')

/** Two nodes for a test file, on which kernels are built and booted, and how to submit to them. */
export const submittingTo = (name: string) => {
  // Builds and boots beside its daemons: one that answers late must not count as dead.
  const here = clusterOfFile(name, 2, { conf: ['SlurmdTimeout=20', 'MessageTimeout=10', 'TCPTimeout=5'] })
  return {
    here,
    /** Starts zsharness as a user of the cluster does. */
    start: (results: string, ...args: readonly string[]) =>
      execa(
        process.execPath,
        [CLI, ...args, '--explore', 'off', '--format', 'plain', '--results', join(here.top, results)],
        {
          cwd: here.top,
          env: { SLURM_CONF: here.cluster.conf },
          reject: false,
          stdin: 'ignore',
          all: true,
        },
      ),
    runIn: async (results: string): Promise<RunResult> =>
      JSON.parse(await readFile(join(here.top, results, 'latest/run.json'), 'utf8')),
    noneLeft: () => until('no job is left', async () => (await here.cluster.ask('squeue', '-h')) === '', 30_000),
  }
}
