// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import type { ReplayFlags } from './actions/replay.ts'
import { addFormat, addResults } from './shared/options.ts'

/** `zsharness replay`: the same boot again. */
export const registerReplay = (program: Command): void => {
  addFormat(addResults(program.command('replay')))
    .description("boot one cell's kernel again, with the same seed and command line")
    .argument('<run/cell>', 'a folder of results/, or its name there, and a cell of it')
    .addHelpText(
      'after',
      `
The kernel comes from the cache, or is built again. Exit codes are those of run.

Example:
  zsharness replay results/latest/x86_64-zpool-on-kasan-before`,
    )
    .action(async (spec: string, flags: ReplayFlags) => {
      const { replay } = await import('./actions/replay.ts')
      await replay(spec, flags)
    })
}
