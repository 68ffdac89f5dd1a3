// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import { cacheRoot } from '../lib/paths.ts'
import { EXIT } from '../model/errors.ts'

interface DoctorFlags {
  readonly arch: string
  readonly fix?: boolean
}

const doctor = async ({ arch, fix }: DoctorFlags): Promise<void> => {
  const { archs, findArch } = await import('../inputs/arch/index.ts')
  const { inspectHost } = await import('../doctor/inspect.ts')
  const { hostLines, missingNeeds } = await import('../doctor/text.ts')
  const chosen = arch === 'all' ? archs : [findArch(arch)]
  if (fix) {
    const { installMissing } = await import('../doctor/install.ts')
    await installMissing(chosen.map(({ name }) => name))
  }
  const report = await inspectHost(chosen, cacheRoot())
  process.stdout.write(`${hostLines(report).join('\n')}\n`)
  process.exitCode = missingNeeds(report).length === 0 ? EXIT.ok : EXIT.host
}

/** `zsharness doctor`: what this host lacks, and the one command that installs it. */
export const registerDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description('report what this host lacks, and the one command that installs it')
    .option('--fix', 'install what is missing with apt-get')
    .option('--arch <name>', 'x86_64, arm64 or all', 'all')
    .action(doctor)
}
