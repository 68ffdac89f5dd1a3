// SPDX-License-Identifier: MIT
import { configNames, profileNames } from '../../inputs/kconfig/compose.ts'
import { interruptSignal } from '../../lib/process/interrupt.ts'
import { wholeNumber } from '../../lib/text/quantity.ts'
import { chooseFormat, type Format } from '../../progress/format.ts'
import { makeRenderer } from '../../progress/index.ts'
import { executeSelftest, type SelftestInputs } from '../../selftest/execute.ts'
import { loadCases } from '../../selftest/plan.ts'
import { mustRun, selectCases } from '../../selftest/select.ts'
import { plainTable, summaryOf } from '../../selftest/table.ts'
import { optionsFrom } from '../run/flags.ts'

/** The flags of `selftest` as the command line has them. */
export interface SelftestFlags {
  readonly only?: readonly string[]
  readonly canaries?: boolean
  readonly mutants?: boolean
  readonly arch?: string
  readonly tree: string
  readonly series: string
  readonly runs: string
  readonly seed: string
  readonly jobs?: string
  readonly results?: string
  readonly format?: Format
}

const MAX_RUNS = 1_000

const inputsFrom = async (flags: SelftestFlags): Promise<SelftestInputs> => {
  const known = { configs: await configNames(), profiles: await profileNames() }
  const runs = wholeNumber('--runs', flags.runs, 1, MAX_RUNS)
  const shared = { ...flags, leg: 'after', profile: 'kasan', config: ['zpool-on'], runs: '1', amplify: true }
  return {
    cases: selectCases(await loadCases(), flags),
    mustRun: (one) => mustRun(one, flags),
    runs,
    options: optionsFrom(shared, known),
    command: ['zsharness', ...process.argv.slice(2)],
  }
}

/** What `zsharness selftest` does. */
export const selftestCommand = async (flags: SelftestFlags): Promise<void> => {
  const inputs = await inputsFrom(flags)
  const { requireHost } = await import('../../doctor/checks.ts')
  await requireHost(inputs.options.archs)
  const format = flags.format ?? chooseFormat()
  const renderer = makeRenderer(format, process.stdout)
  try {
    const { dir, result } = await executeSelftest(inputs, { emit: renderer.onEvent, signal: interruptSignal() })
    const verdict = result.exitCode === 0 ? 'pass' : 'fail'
    renderer.onEvent({ type: 'run', verdict, exitCode: result.exitCode, text: summaryOf(result), dir })
    renderer.close()
    if (format !== 'jsonl') process.stdout.write(`\n${plainTable(result)}`)
    process.exitCode = result.exitCode
  } finally {
    renderer.close()
  }
}
