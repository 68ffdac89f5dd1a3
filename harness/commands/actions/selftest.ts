// SPDX-License-Identifier: MIT
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { wholeNumber } from '../../lib/text/quantity.ts'
import { chooseFormat, type Format } from '../../progress/format.ts'
import { executeSelftest, type ReadyCase } from '../../selftest/execute.ts'
import { type Case, loadCases } from '../../selftest/plan.ts'
import { plainTable, summaryOf } from '../../selftest/table.ts'
import { mustRun, selectCases } from '../shared/cases.ts'
import { prepareHost } from '../shared/host.ts'
import { resolvePatches, resolveSeries, resolveToolchains } from '../shared/resolve.ts'
import { ownCommand, withProgress } from '../shared/session.ts'
import { archsFrom, settingsFrom } from '../shared/settings.ts'

/** The flags of `selftest`, not yet parsed. */
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

const readCase = async (one: Case): Promise<ReadyCase> => ({
  ...one,
  patches: await resolvePatches(one.patch === null ? [] : [one.patch]),
})

/** Runs `zsharness selftest`. */
export const selftest = async (flags: SelftestFlags): Promise<void> => {
  const archs = archsFrom(flags.arch)
  const runs = wholeNumber('--runs', flags.runs, 1, MAX_RUNS)
  const settings = settingsFrom(flags)
  const tree = parseTreeSpec(flags.tree)
  const cases = await Promise.all(selectCases(await loadCases(), flags).map(readCase))
  const series = await resolveSeries(flags.series, undefined)
  await prepareHost(archs)
  const toolchains = await resolveToolchains(archs, false)
  const request = {
    cases,
    mustRun: cases.filter((one) => mustRun(one, flags)),
    runs,
    archs,
    tree,
    series,
    toolchains,
    settings,
    command: ownCommand(),
  }
  const format = flags.format ?? chooseFormat()
  const result = await withProgress(format, async (session) => {
    const { dir, result } = await executeSelftest(request, session)
    const { exitCode } = result
    const verdict = exitCode === 0 ? 'pass' : 'fail'
    session.emit({ type: 'run', verdict, exitCode, text: summaryOf(result), dir })
    return result
  })
  if (format !== 'jsonl') process.stdout.write(`\n${plainTable(result)}`)
  process.exitCode = result.exitCode
}
