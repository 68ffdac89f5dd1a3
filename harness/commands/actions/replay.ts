// SPDX-License-Identifier: MIT
import { stat } from 'node:fs/promises'
import { cacheRoot } from '../../lib/paths.ts'
import { UsageError } from '../../model/errors.ts'
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
import { comparison, differences } from '../../replay/replay.ts'
import { executeRun } from '../../run/execute.ts'
import type { RunRequest } from '../../run/request.ts'
import { DEFAULT_TERMS } from '../../verdict/pair.ts'
import { requestOfCell } from '../shared/again.ts'
import { withBundles } from '../shared/bundled.ts'
import { debugFor, Hush } from '../shared/debug.ts'
import { namedCell } from '../shared/runcell.ts'
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

const replayBundle = async (file: string, { results, format }: ReplayFlags): Promise<void> => {
  const asked = { lanes: undefined, durationS: undefined, seed: undefined, amplify: true, runs: 1 }
  const settings = { jobs: jobsFrom(undefined), resultsDir: resultsFrom(results), cache: cacheRoot() }
  const local = { settings, terms: DEFAULT_TERMS, command: ownCommand(), compare: async () => null }
  await withProgress(format, (session) =>
    withBundles([file], asked, local, async (request) => {
      const { run } = await executeRun(request, session)
      process.exitCode = run.exitCode
    }),
  )
}

/** Runs `zsharness replay RUN/CELL` or `replay FILE`; its exit code is that of the new boot. */
export const replay = async (spec: string, flags: ReplayFlags): Promise<void> => {
  const store = storeFrom(flags.store)
  const wish = debugWish(flags)
  // A bundle that is missing is told so, and is no cell of a run.
  if (spec.endsWith('.tar.zst') || (await stat(spec).catch(() => undefined))?.isFile()) {
    if (wish.how !== null || wish.dump || wish.untilFail !== null)
      throw new UsageError(
        `${spec}: a bundle is booted once, without a debugger`,
        'debug the cell that it was made from, or unpack it and add -s -S to its boot.sh',
      )
    return replayBundle(spec, flags)
  }
  if (wish.how === 'shell') requireTerminal()
  const { dir, cell: then } = await namedCell(spec, 'replay')
  const request = await requestOfCell(then, dir, { results: flags.results, store })
  const hush = new Hush()
  await withProgress(formatFor(wish, flags.format), async (progress) => {
    const session = hush.around(progress)
    const toolchain = request.resolved.toolchains.get(then.arch)!
    const debug = await debugFor(then, wish, { spec, cache: cacheRoot(), toolchain, session, hush })
    const again = { ...request, settings: { ...request.settings, debug } }
    process.exitCode = await repeat(wish, session, () => bootAgain(then, again, session))
  })
}
