// SPDX-License-Identifier: MIT
import { boundCache } from '../cache/clean.ts'
import { configNames, profileNames } from '../kconfig/compose.ts'
import { interruptSignal } from '../proc/interrupt.ts'
import { chooseFormat } from '../progress/format.ts'
import { makeRenderer } from '../progress/index.ts'
import { executeRun } from './execute.ts'
import { optionsFrom, type RunFlags } from './flags.ts'

/** What `zsharness run` does once its flags are read. */
export const runCommand = async (flags: RunFlags): Promise<void> => {
  const options = optionsFrom(flags, { configs: await configNames(), profiles: await profileNames() })
  if (flags.installDeps) {
    const { installMissing } = await import('../doctor/install.ts')
    await installMissing(options.archs)
  }
  const { requireHost } = await import('../doctor/checks.ts')
  await requireHost(options.archs)
  const renderer = makeRenderer(flags.format ?? chooseFormat(), process.stdout)
  try {
    const { run } = await executeRun(options, { emit: renderer.onEvent, signal: interruptSignal() }, [
      'zsharness',
      ...process.argv.slice(2),
    ])
    await boundCache(options.cache)
    process.exitCode = run.exitCode
  } finally {
    renderer.close()
  }
}
