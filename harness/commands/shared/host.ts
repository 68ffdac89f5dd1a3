// SPDX-License-Identifier: MIT
import { requireHost } from '../../doctor/checks.ts'
import { installMissing } from '../../doctor/install.ts'
import { requireChecks } from '../../kernel/checks/index.ts'
import { requireLlvm } from '../../kernel/toolchain.ts'
import type { ArchName } from '../../model/results.ts'

/** The flags that need programs on this host. */
export interface HostFlags {
  readonly installDeps?: boolean
  readonly llvm?: boolean
  readonly checks?: readonly string[]
}

/** Prints a line of apt-get. */
export const printInstall = (line: string): void => void process.stderr.write(`  ${line}\n`)

/** Throws unless this host can run these architectures; with `--install-deps` it first installs what is missing. */
export const prepareHost = async (
  archs: readonly ArchName[],
  { installDeps, llvm, checks = [] }: HostFlags = {},
): Promise<void> => {
  if (installDeps) await installMissing(archs, printInstall)
  await requireHost(archs)
  if (llvm) await requireLlvm()
  await requireChecks(checks)
}
