// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import type { DoctorFlags } from './actions/doctor.ts'
import { ARCH_NAMES } from './shared/options.ts'

/** `zsharness doctor`: what this host lacks, and the one command that installs it. */
export const registerDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description('report what this host lacks, and the one command that installs it')
    .option('--fix', 'install what is missing with apt-get')
    .option('--arch <name>', `${ARCH_NAMES} or all`, 'all')
    .option('--programs', 'only print the names of the programs that a run starts, one a line')
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import('./actions/doctor.ts')
      await doctor(flags)
    })
}
