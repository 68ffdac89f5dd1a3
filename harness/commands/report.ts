// SPDX-License-Identifier: MIT
import { type Command, Option } from 'commander'
import type { MergeFlags } from '../run/merge.ts'
import type { ReportFlags } from './report/command.ts'

const FORMATS = ['html', 'junit', 'ktap', 'json', 'sarif', 'markdown']

/** `zsharness report` and `zsharness report merge`. */
export const registerReport = (program: Command): void => {
  const report = program
    .command('report')
    .description('show what a run found')
    .argument('[run]', 'a folder of results/, or its name there')
    .addOption(new Option('--format <format>', 'how to show it').choices(FORMATS).default('html'))
    .option('-o, --output <file>', 'write there, not to standard output')
    .option('--schema', 'print the JSON schema of run.json and of --format json')
    .addHelpText(
      'after',
      `
Examples:
  zsharness report results/latest --output report.html
  zsharness report latest --format junit > junit.xml
  zsharness report merge shard1/latest shard2/latest`,
    )
    .action(async (run: string | undefined, flags: ReportFlags) => {
      const { reportCommand } = await import('./report/command.ts')
      await reportCommand(run, flags)
    })
  report
    .command('merge')
    .description('join the shards of one run into one run')
    .argument('<runs...>', 'the folders of the shards')
    .option('--results <dir>', 'where the new run folder goes (default: results/ of the checkout)')
    .option('--baseline <run>', 'the run to compare with (default: the last one of the same selection there)')
    .action(async (runs: readonly string[], flags: MergeFlags) => {
      const { mergeCommand } = await import('../run/merge.ts')
      await mergeCommand(runs, flags)
    })
}
