// SPDX-License-Identifier: MIT
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { cacheRoot } from '../../lib/paths.ts'
import type { Format } from '../../progress/format.ts'
import { cellOf, comparison, differences, replayRequest, requestOf } from '../../replay/replay.ts'
import { findRunDir, loadReport } from '../../report/load.ts'
import { executeRun } from '../../run/execute.ts'
import { patchesOfRun } from '../../run/kept.ts'
import { prepareHost } from '../shared/host.ts'
import { keptPrograms } from '../shared/programs.ts'
import { resolvePatches, resolveSeries, resolveToolchains, withSignature } from '../shared/resolve.ts'
import { runAndCellFrom } from '../shared/runcell.ts'
import { ownCommand, withProgress } from '../shared/session.ts'
import { jobsFrom, resultsFrom, storeFrom } from '../shared/settings.ts'

/** The flags of `replay`, not yet parsed. */
export interface ReplayFlags {
  readonly results?: string
  readonly store?: string
  readonly format?: Format
}

/** Runs `zsharness replay RUN/CELL`; its exit code is that of the new boot. */
export const replay = async (spec: string, flags: ReplayFlags): Promise<void> => {
  const store = storeFrom(flags.store)
  const named = runAndCellFrom(spec)
  const dir = await findRunDir(named.run)
  const report = await loadReport(dir)
  const then = cellOf(report.run, named.cell)
  const request = requestOf(then)
  const read = patchesOfRun(dir)
  const found = await resolveSeries(request.seriesPath ?? then.series, request.patchFiles, read)
  const series = withSignature(found, request.added.signature)
  const extraPatches = await resolvePatches(request.extraPatchFiles, read)
  await prepareHost([then.arch], { llvm: request.llvm })
  const resolved = {
    tree: parseTreeSpec(then.tree),
    series,
    extraPatches,
    toolchains: await resolveToolchains([then.arch], request.llvm),
    programs: new Map([[then.arch, await keptPrograms(report.dir, request.added.workloads)]]),
  }
  const local = { jobs: jobsFrom(undefined), resultsDir: resultsFrom(flags.results), cache: cacheRoot(), store }
  await withProgress(flags.format, async (session) => {
    const { run } = await executeRun(replayRequest(then, resolved, local, ownCommand()), session)
    const now = run.cells[0]!
    for (const text of differences(then, now))
      session.emit({ type: 'note', scope: now.id, level: 'warning', text: `this boot differs from the first: ${text}` })
    session.emit({ type: 'note', scope: now.id, level: 'info', text: comparison(then, now) })
    process.exitCode = run.exitCode
  })
}
