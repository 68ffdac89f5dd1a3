// SPDX-License-Identifier: MIT

import { requireChecks } from '../../kernel/checks/index.ts'
import { requireLlvm } from '../../kernel/toolchain.ts'
import { boundCache } from '../../lib/cache/clean.ts'
import { interruptSignal } from '../../lib/process/interrupt.ts'
import type { Context } from '../../model/events.ts'
import type { ArchName } from '../../model/results.ts'
import { chooseFormat, type Format } from '../../progress/format.ts'
import { makeRenderer } from '../../progress/index.ts'
import type { RunOutcome } from '../../run/execute.ts'

interface HostFlags {
  readonly format?: Format
  readonly installDeps?: boolean
  readonly llvm?: boolean
  readonly checks?: readonly string[]
}

/** Throws unless this host can run these architectures, after installing what it lacks if that is asked for. */
export const prepareHost = async (
  archs: readonly ArchName[],
  { installDeps, llvm, checks = [] }: HostFlags,
): Promise<void> => {
  if (installDeps) {
    const { installMissing } = await import('../../doctor/install.ts')
    await installMissing(archs)
  }
  const { requireHost } = await import('../../doctor/checks.ts')
  await requireHost(archs)
  if (llvm) await requireLlvm()
  await requireChecks(checks)
}

/** Runs with progress told on standard output, and sets the exit code. */
export const runTold = async (
  execute: (context: Omit<Context, 'scope'>) => Promise<RunOutcome>,
  { format }: HostFlags,
  cache: string,
): Promise<RunOutcome> => {
  const renderer = makeRenderer(format ?? chooseFormat(), process.stdout)
  const context = { emit: renderer.onEvent, signal: interruptSignal() }
  try {
    const outcome = await execute(context)
    process.exitCode = outcome.run.exitCode
    await boundCache(cache, context)
    return outcome
  } finally {
    renderer.close()
  }
}
