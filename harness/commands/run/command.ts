// SPDX-License-Identifier: MIT
import { configNames, profileNames } from '../../inputs/kconfig/compose.ts'
import { comparer } from '../../run/baseline.ts'
import { executeRun } from '../../run/execute.ts'
import { optionsFrom, type RunFlags } from './flags.ts'
import { prepareHost, runTold } from './host.ts'

/** What `zsharness run` does once its flags are read. */
export const runCommand = async (flags: RunFlags): Promise<void> => {
  const options = optionsFrom(flags, { configs: await configNames(), profiles: await profileNames() })
  const compare = await comparer(options.resultsDir, flags.baseline)
  await prepareHost(options.archs, flags)
  const command = ['zsharness', ...process.argv.slice(2)]
  await runTold((context) => executeRun(options, context, command, compare), flags, options.cache)
}
