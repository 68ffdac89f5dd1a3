// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import type { CollectFlags, SlurmFlags } from './actions/slurm.ts'
import { addFormat, addResults } from './shared/options.ts'

const RUN = 'a folder slurm-… of the results, or the id of the run that it becomes'

/** `zsharness slurm status`, `collect` and `cancel`. */
export const registerSlurm = (program: Command): void => {
  const slurm = program
    .command('slurm')
    .description('look at, wait for or cancel a run that was submitted with --submit slurm')
    .addHelpText(
      'after',
      `
A run is submitted with: zsharness matrix PLAN --submit slurm, or zsharness run … --runs 1000 --submit slurm
Its folder below --results holds everything: any machine that sees it, and the cluster, can go on from there.

What a node needs, and a slurm.conf that works: harness/slurm/README.md

Examples:
  zsharness slurm status results/slurm-20261127-093000-ab12
  zsharness slurm collect 20261127-093000-ab12
  zsharness slurm cancel 20261127-093000-ab12`,
    )
  addResults(slurm.command('status'), 'the submitted run')
    .description('print how the parts of a submitted run stand; it changes nothing')
    .argument('<run>', RUN)
    .action(async (run: string, flags: SlurmFlags) => {
      const { status } = await import('./actions/slurm.ts')
      await status(run, flags)
    })
  addFormat(addResults(slurm.command('collect'), 'the submitted run'))
    .description('wait for a submitted run, submit again what was lost, and merge it; also resumes a cancelled one')
    .argument('<run>', RUN)
    .action(async (run: string, flags: CollectFlags) => {
      const { collect } = await import('./actions/slurm.ts')
      await collect(run, flags)
    })
  addResults(slurm.command('cancel'), 'the submitted run')
    .description('cancel the jobs of a submitted run; what has ended stays')
    .argument('<run>', RUN)
    .action(async (run: string, flags: SlurmFlags) => {
      const { cancel } = await import('./actions/slurm.ts')
      await cancel(run, flags)
    })
}
