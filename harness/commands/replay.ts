// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import type { ReplayFlags } from './actions/replay.ts'
import { addFormat, addResults, addStore } from './shared/options.ts'

/** `zsharness replay`: repeats one boot. */
export const registerReplay = (program: Command): void => {
  addFormat(addStore(addResults(program.command('replay'))))
    .description('boot the kernel of one cell again, with the same seed and command line')
    .argument('<run/cell>', 'a folder of results/ or its name, and one of its cells; or the file of a bundle')
    .addHelpText(
      'after',
      `
The kernel comes from the cache or is built again; that of a bundle comes from its file. The exit codes are those of run.

Examples:
  zsharness replay results/latest/x86_64-zpool-on-kasan-before
  zsharness replay before.tar.zst`,
    )
    .action(async (spec: string, flags: ReplayFlags) => {
      const { replay } = await import('./actions/replay.ts')
      await replay(spec, flags)
    })
}
