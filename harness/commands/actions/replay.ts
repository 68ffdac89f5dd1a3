// SPDX-License-Identifier: MIT
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { cacheRoot } from '../../lib/paths.ts'
import type { CellResult, RunResult } from '../../model/results.ts'
import type { Format } from '../../progress/format.ts'
import {
  type DebugFlags,
  type DebugWish,
  debugWish,
  describeRepeated,
  endsSearch,
  exitOfRepeated,
} from '../../replay/debug.ts'
import { cellOf, comparison, differences, replayRequest, requestOf } from '../../replay/replay.ts'
import { findRunDir, loadReport } from '../../report/load.ts'
import { executeRun } from '../../run/execute.ts'
import { patchesOfRun } from '../../run/kept.ts'
import type { RunRequest } from '../../run/request.ts'
import { debugFor, Hush } from '../shared/debug.ts'
import { prepareHost } from '../shared/host.ts'
import { keptPrograms } from '../shared/programs.ts'
import { resolvePatches, resolveSeries, resolveToolchains, withSignature } from '../shared/resolve.ts'
import { runAndCellFrom } from '../shared/runcell.ts'
import { ownCommand, type Session, withProgress } from '../shared/session.ts'
import { jobsFrom, resultsFrom, storeFrom } from '../shared/settings.ts'
import { requireTerminal } from '../shared/terminal.ts'

/** The flags of `replay`, not yet parsed. */
export interface ReplayFlags extends DebugFlags {
  readonly results?: string
  readonly store?: string
  readonly format?: Format
}

/** A person copies lines from the output, and types between them. */
const formatFor = ({ how }: DebugWish, format: Format | undefined): Format | undefined =>
  how === null || (format !== undefined && format !== 'tty') ? format : 'plain'

/** Boots once, and says how that compares with the first boot. */
const bootAgain = async (then: CellResult, request: RunRequest, session: Session): Promise<RunResult> => {
  const { run } = await executeRun(request, session)
  const now = run.cells[0]!
  for (const text of differences(then, now))
    session.emit({ type: 'note', scope: now.id, level: 'warning', text: `this boot differs from the first: ${text}` })
  if (request.settings.debug?.how) return run
  session.emit({ type: 'note', scope: now.id, level: 'info', text: comparison(then, now) })
  return run
}

/** Boots until one fails, if that was asked for; returns the exit code. */
const repeat = async ({ untilFail }: DebugWish, { emit }: Session, boot: () => Promise<RunResult>): Promise<number> => {
  const runs: RunResult[] = []
  const cells = (): readonly CellResult[] => runs.flatMap((run) => run.cells)
  do {
    runs.push(await boot())
    if (untilFail !== null) emit({ type: 'note', scope: '', level: 'info', text: describeRepeated(cells(), untilFail) })
  } while (untilFail !== null && runs.length < untilFail && !cells().some(endsSearch))
  return exitOfRepeated(runs.map(({ exitCode }) => exitCode))
}

/** Runs `zsharness replay RUN/CELL`; its exit code is that of the new boot. */
export const replay = async (spec: string, flags: ReplayFlags): Promise<void> => {
  const store = storeFrom(flags.store)
  const wish = debugWish(flags)
  if (wish.how === 'shell') requireTerminal()
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
  const cache = cacheRoot()
  const local = { jobs: jobsFrom(undefined), resultsDir: resultsFrom(flags.results), cache, store }
  const hush = new Hush()
  await withProgress(formatFor(wish, flags.format), async (progress) => {
    const session = hush.around(progress)
    const toolchain = resolved.toolchains.get(then.arch)!
    const debug = await debugFor(then, wish, { spec, cache, toolchain, session, hush })
    const again = replayRequest(then, resolved, { ...local, debug }, ownCommand())
    process.exitCode = await repeat(wish, session, () => bootAgain(then, again, session))
  })
}
