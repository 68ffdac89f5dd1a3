// SPDX-License-Identifier: MIT
import { type Command, Option } from 'commander'
import type { ReplayFlags } from './replay/command.ts'

/** `zsharness replay`: the same boot once more. */
export const registerReplay = (program: Command): void => {
  program
    .command('replay')
    .description("boot one cell's kernel again, with the same seed and command line")
    .argument('<run/cell>', 'a folder of results/, or its name there, and a cell of it')
    .option('--results <dir>', 'where the new run folder goes (default: results/ of the checkout)')
    .addOption(new Option('--format <format>', 'how progress is told').choices(['tty', 'plain', 'jsonl', 'github']))
    .addHelpText(
      'after',
      `
The kernel comes from the cache, or is built again. Exit codes are those of run.

Example:
  zsharness replay results/latest/x86_64-zpool-on-kasan-before`,
    )
    .action(async (spec: string, flags: ReplayFlags) => {
      const { replayCommand } = await import('./replay/command.ts')
      await replayCommand(spec, flags)
    })
}
