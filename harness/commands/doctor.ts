// SPDX-License-Identifier: MIT
import type { Command } from 'commander'

/** `zsharness doctor`: what this host lacks, and the one command that installs it. */
export const registerDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description('say what this host lacks, and the one command that installs it')
    .option('--fix', 'install it with apt-get')
    .option('--arch <name>', 'x86_64, arm64 or all', 'all')
    .option('--programs', 'only print the names of the programs that a run starts, one a line')
    .action(async (flags: { fix?: boolean; arch: string; programs?: boolean }) => {
      const { doctor, printPrograms } = await import('../doctor/doctor.ts')
      if (flags.programs) printPrograms(flags.arch)
      else process.exitCode = await doctor(flags.arch, flags.fix === true)
    })
}
