// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import type { LogFlags } from './log/command.ts'

/** `zsharness log`: read any kernel's console log. */
export const registerLog = (program: Command): void => {
  program
    .command('log')
    .description('read kernel console logs and tell what the kernel reported')
    .argument('[file...]', 'console logs, dmesg, syslog or journal output; - for standard input')
    .option('--json', 'one JSON object a file: {file, splats}')
    .option('--expect <title>', 'succeed only when every file has a report of this title or family/kind')
    .option('--stats', 'count titles over all files')
    .option('--vmlinux <file>', 'add file, line and inlined calls from this kernel')
    .option('--modules <dir>', "folder of the kernel's modules, for their frames")
    .option('--expect-oom', 'the OOM killer is expected: its kills are no reports')
    .option('--raw', "print each report's own lines as well")
    .option('--families', 'list the families and kinds that can be read, and stop')
    .addHelpText(
      'after',
      '\nExit: 0 nothing found, 1 something found, 2 a file cannot be read. With --expect: 0 found, 1 not found.',
    )
    .action(async (files: string[], flags: LogFlags) => {
      const { logCommand } = await import('./log/command.ts')
      process.exitCode = await logCommand(files, flags, (text) => process.stdout.write(text))
    })
}
