// SPDX-License-Identifier: MIT
import { stat } from 'node:fs/promises'
import { cacheRoot } from '../../lib/paths.ts'
import type { Format } from '../../progress/format.ts'
import { cellOf, comparison, differences } from '../../replay/replay.ts'
import { findRunDir, loadReport } from '../../report/load.ts'
import { executeRun } from '../../run/execute.ts'
import { DEFAULT_TERMS } from '../../verdict/pair.ts'
import { requestOfCell } from '../shared/again.ts'
import { withBundles } from '../shared/bundled.ts'
import { runAndCellFrom } from '../shared/runcell.ts'
import { ownCommand, withProgress } from '../shared/session.ts'
import { jobsFrom, resultsFrom, storeFrom } from '../shared/settings.ts'

/** The flags of `replay`, not yet parsed. */
export interface ReplayFlags {
  readonly results?: string
  readonly store?: string
  readonly format?: Format
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
  if ((await stat(spec).catch(() => undefined))?.isFile()) return replayBundle(spec, flags)
  const named = runAndCellFrom(spec)
  const dir = await findRunDir(named.run)
  const report = await loadReport(dir)
  const then = cellOf(report.run, named.cell)
  const request = await requestOfCell(then, dir, { results: flags.results, store })
  await withProgress(flags.format, async (session) => {
    const { run } = await executeRun(request, session)
    const now = run.cells[0]!
    for (const text of differences(then, now))
      session.emit({ type: 'note', scope: now.id, level: 'warning', text: `this boot differs from the first: ${text}` })
    session.emit({ type: 'note', scope: now.id, level: 'info', text: comparison(then, now) })
    process.exitCode = run.exitCode
  })
}
