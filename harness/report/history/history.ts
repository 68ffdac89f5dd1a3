// SPDX-License-Identifier: MIT
import { cleanLine } from '../../lib/text/clean.ts'
import { kernelsOf } from './figures.ts'
import { flakyKernels } from './flaky.ts'
import type { Read } from './lean.ts'
import { countedOnce } from './once.ts'
import { rowsOf } from './rows.ts'
import type { History, NightRun, NotRead } from './schema.ts'

const runOf = ({ folder, run }: Read): NightRun => ({
  folder,
  id: run.id,
  startedAt: run.startedAt,
  durationMs: run.durationMs,
  verdict: run.verdict,
  exitCode: run.exitCode,
  interrupted: run.interrupted,
  plan: run.plan?.name ?? null,
  zsharness: run.versions.zsharness ?? '',
})

// One without a time that can be read stands where its name puts it, before all others.
const timeOf = ({ run }: Read): number => Date.parse(run.startedAt) || 0

const byTime = (a: Read, b: Read): number => timeOf(a) - timeOf(b) || (a.folder < b.folder ? -1 : 1)

/** The runs of a folder over time. */
export const historyOf = (results: string, read: readonly Read[], notRead: readonly NotRead[]): History => {
  const { runs, repeats } = countedOnce(read)
  const ordered = [...runs].sort(byTime)
  return {
    schemaVersion: 1,
    results: cleanLine(results),
    runs: ordered.map(runOf),
    rows: [...rowsOf(ordered)],
    flaky: [...flakyKernels(ordered)],
    kernels: [...kernelsOf(ordered)],
    notRead: [...notRead, ...repeats]
      .map(({ folder, why }) => ({ folder: cleanLine(folder), why: cleanLine(why) }))
      .sort((a, b) => (a.folder < b.folder ? -1 : 1)),
  }
}
