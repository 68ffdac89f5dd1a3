// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import type { LogFlags } from './actions/log.ts'

/** `zsharness log`: reads the console log of any kernel. */
export const registerLog = (program: Command): void => {
  program
    .command('log')
    .description('read kernel console logs and list what the kernel reported (splats)')
    .argument('[file...]', 'console logs, dmesg, syslog or journal output; - for standard input')
    .option('--json', 'one JSON object a file: {file, splats}')
    .option('--expect <title>', 'succeed only if every file has a splat with this title or family/kind')
    .option('--stats', 'count titles over all files')
    .option('--vmlinux <file>', 'add file, line and inlined calls from this kernel')
    .option('--modules <dir>', "folder of the kernel's modules, to symbolise their frames")
    .option('--expect-oom', 'ignore kills by the OOM killer')
    .option('--raw', 'also print the console lines of each splat')
    .option('--families', 'list the families and kinds of splats, and exit')
    .addHelpText(
      'after',
      '\nExit: 0 nothing found, 1 something found, 2 a file cannot be read. With --expect: 0 found, 1 not found.',
    )
    .action(async (files: string[], flags: LogFlags) => {
      const { logCommand } = await import('./actions/log.ts')
      process.exitCode = await logCommand(files, flags, (text) => process.stdout.write(text))
    })
}
