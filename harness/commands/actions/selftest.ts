// SPDX-License-Identifier: MIT

import { ownScenarios } from '../../explore/scenarios.ts'
import type { Series } from '../../inputs/series/model.ts'
import { parseTreeSpec, type TreeSpec } from '../../inputs/tree/spec.ts'
import { wholeNumber } from '../../lib/text/quantity.ts'
import { UsageError } from '../../model/errors.ts'
import type { ArchName } from '../../model/results.ts'
import { chooseFormat, type Format } from '../../progress/format.ts'
import { executeSelftest } from '../../selftest/execute.ts'
import { isExplorable } from '../../selftest/explorecases.ts'
import { type Case, type CaseSet, selftestDir } from '../../selftest/plan.ts'
import type { ExplorePlan, ReadyCase, SelftestRequest } from '../../selftest/request.ts'
import { loadSets, setOfTree } from '../../selftest/sets.ts'
import { plainTable, summaryOf } from '../../selftest/table.ts'
import { mustRun, selectCases } from '../shared/cases.ts'
import { prepareHost } from '../shared/host.ts'
import { canExplore, NATIVE, requireNative } from '../shared/native.ts'
import { resolvePatches, resolveSeries, resolveToolchains } from '../shared/resolve.ts'
import { ownCommand, type Session, withProgress } from '../shared/session.ts'
import { archsFrom, settingsFrom } from '../shared/settings.ts'

/** The flags of `selftest`, not yet parsed. */
export interface SelftestFlags {
  readonly only?: readonly string[]
  readonly canaries?: boolean
  readonly mutants?: boolean
  readonly arch?: string
  readonly tree: string
  readonly series?: string
  readonly explore: 'on' | 'off' | 'only'
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

/** What is known before the tree is; `series` is set only by its flag. */
interface Asked {
  readonly flags: SelftestFlags
  readonly sets: readonly CaseSet[]
  readonly tree: TreeSpec
  readonly series: Series | undefined
}

const casesAndSeries = async (
  { flags, sets, tree, series }: Asked,
  cache: string,
  session: Session,
): Promise<Pick<SelftestRequest, 'cases' | 'mustRun' | 'series'>> => {
  const set = await setOfTree(sets, tree, { cache, context: { ...session, scope: tree.text } })
  const all = await Promise.all(selectCases(set.cases, flags, set.yaml).map(readCase))
  const cases = flags.explore === 'only' ? all.filter(isExplorable) : all
  return {
    cases,
    mustRun: flags.explore === 'only' ? [] : cases.filter((one) => mustRun(one, flags)),
    series: series ?? (await resolveSeries(set.series, undefined)),
  }
}

/** Looks up every name before anything is fetched. */
const askedBy = async (flags: SelftestFlags): Promise<Asked> => {
  const tree = parseTreeSpec(flags.tree)
  const sets = await loadSets()
  // A name that no set has is an error whatever the tree's version is.
  selectCases(
    sets.flatMap(({ cases }) => cases),
    flags,
    selftestDir(),
  )
  const series = flags.series === undefined ? undefined : await resolveSeries(flags.series, undefined)
  return { flags, sets, tree, series }
}

/** How the cases are explored; null where they are not: the objects run on this architecture alone. */
const explorePlan = async (
  { explore, only, mutants }: SelftestFlags,
  archs: readonly ArchName[],
): Promise<ExplorePlan | null> => {
  if (explore === 'only') requireNative(archs[0])
  if (explore === 'off' || !canExplore(archs)) return null
  const toolchain = (await resolveToolchains([NATIVE], false)).get(NATIVE)!
  return { toolchain, scenarios: await ownScenarios(), canaries: only === undefined && mutants !== true }
}

const requireSomething = (explore: string, cases: readonly unknown[], plan: ExplorePlan | null): void => {
  if (explore === 'only' && cases.length === 0 && !plan?.canaries)
    throw new UsageError(
      '--explore only: the planted faults of the guest need a boot',
      'leave --explore only out, or choose wrong versions of the code',
    )
}

/** Runs `zsharness selftest`. */
export const selftest = async (flags: SelftestFlags): Promise<void> => {
  const archs = archsFrom(flags.arch)
  const runs = wholeNumber('--runs', flags.runs, 1, MAX_RUNS)
  const settings = settingsFrom(flags)
  const asked = await askedBy(flags)
  if (flags.explore !== 'only') await prepareHost(archs)
  const toolchains = await resolveToolchains(archs, false)
  const explore = await explorePlan(flags, archs)
  const format = flags.format ?? chooseFormat()
  const result = await withProgress(format, async (session) => {
    const chosen = await casesAndSeries(asked, settings.cache, session)
    requireSomething(flags.explore, chosen.cases, explore)
    const shared = { runs, archs, tree: asked.tree, toolchains, settings, command: ownCommand() }
    const request = { ...chosen, ...shared, explore }
    const { dir, result } = await executeSelftest(request, session)
    const { exitCode } = result
    const verdict = exitCode === 0 ? 'pass' : 'fail'
    session.emit({ type: 'run', verdict, exitCode, text: summaryOf(result), dir })
    return result
  })
  if (format !== 'jsonl') process.stdout.write(`\n${plainTable(result)}`)
  process.exitCode = result.exitCode
}
