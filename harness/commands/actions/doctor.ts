// SPDX-License-Identifier: MIT
import { inspectHost } from '../../doctor/inspect.ts'
import { installMissing } from '../../doctor/install.ts'
import { programsFor } from '../../doctor/needs.ts'
import { hostLines, missingNeeds } from '../../doctor/text.ts'
import { archs, findArch } from '../../inputs/arch/index.ts'
import { cacheRoot } from '../../lib/paths.ts'
import { EXIT } from '../../model/errors.ts'
import { printInstall } from '../shared/host.ts'

/** The flags of `doctor` as the command line has them. */
export interface DoctorFlags {
  readonly arch: string
  readonly fix?: boolean
  readonly programs?: boolean
}

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`)

/** What `zsharness doctor` does. */
export const doctor = async ({ arch, fix, programs }: DoctorFlags): Promise<void> => {
  const chosen = arch === 'all' ? archs : [findArch(arch)]
  if (programs) return print(programsFor(chosen))
  if (fix)
    await installMissing(
      chosen.map(({ name }) => name),
      printInstall,
    )
  const report = await inspectHost(chosen, cacheRoot())
  print(hostLines(report))
  process.exitCode = missingNeeds(report).length === 0 ? EXIT.ok : EXIT.host
}
