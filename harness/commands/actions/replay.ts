// SPDX-License-Identifier: MIT
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { cacheRoot } from '../../lib/paths.ts'
import type { Format } from '../../progress/format.ts'
import { cellOf, comparison, differences, replayRequest, requestOf, splitSpec } from '../../replay/replay.ts'
import { loadReport } from '../../report/load.ts'
import { executeRun } from '../../run/execute.ts'
import { prepareHost } from '../shared/host.ts'
import { resolvePatches, resolveSeries, resolveToolchains } from '../shared/resolve.ts'
import { ownCommand, withProgress } from '../shared/session.ts'
import { jobsFrom, resultsFrom } from '../shared/settings.ts'

/** The flags of `replay` as the command line has them. */
export interface ReplayFlags {
  readonly results?: string
  readonly format?: Format
}

/** What `zsharness replay RUN/CELL` does; its exit code is that of the new boot. */
export const replay = async (spec: string, flags: ReplayFlags): Promise<void> => {
  const named = splitSpec(spec)
  const then = cellOf((await loadReport(named.run)).run, named.cell)
  const asked = requestOf(then)
  const series = await resolveSeries(then.series, asked.patchFiles)
  const extraPatches = await resolvePatches(asked.extraPatchFiles)
  await prepareHost([then.arch], { llvm: asked.llvm })
  const resolved = {
    tree: parseTreeSpec(then.tree),
    series,
    extraPatches,
    toolchains: await resolveToolchains([then.arch], asked.llvm),
  }
  const here = { jobs: jobsFrom(undefined), resultsDir: resultsFrom(flags.results), cache: cacheRoot() }
  await withProgress(flags.format, async (session) => {
    const { run } = await executeRun(replayRequest(then, resolved, here, ownCommand()), session)
    const now = run.cells[0]!
    for (const text of differences(then, now))
      session.emit({ type: 'note', scope: now.id, level: 'warning', text: `not the same boot: ${text}` })
    session.emit({ type: 'note', scope: now.id, level: 'info', text: comparison(then, now) })
    process.exitCode = run.exitCode
  })
}
