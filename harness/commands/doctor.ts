// SPDX-License-Identifier: MIT
import type { Command } from 'commander'

/** `zsharness doctor`: reports what this host lacks. */
export const registerDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description('report what this host lacks, and the one command that installs it')
    .option('--fix', 'install it with apt-get')
    .option('--arch <name>', 'x86_64, arm64 or all', 'all')
    .action(async (flags: { fix?: boolean; arch: string }) => {
      const { doctor } = await import('../doctor/doctor.ts')
      process.exitCode = await doctor(flags.arch, flags.fix === true)
    })
}
