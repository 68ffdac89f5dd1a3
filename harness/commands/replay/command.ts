// SPDX-License-Identifier: MIT
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { requireHost } from '../../doctor/checks.ts'
import { cacheRoot, paths } from '../../lib/paths.ts'
import { interruptSignal } from '../../lib/process/interrupt.ts'
import { chooseFormat, type Format } from '../../progress/format.ts'
import { makeRenderer } from '../../progress/index.ts'
import { cellOf, comparison, differences, replayOptions, splitSpec } from '../../replay/options.ts'
import { loadReport } from '../../report/load.ts'
import { executeRun } from '../../run/execute.ts'

export interface ReplayFlags {
  readonly results?: string
  readonly format?: Format
}

/** What `zsharness replay RUN/CELL` does; its exit code is that of the new boot. */
export const replayCommand = async (spec: string, flags: ReplayFlags): Promise<void> => {
  const named = splitSpec(spec)
  const then = cellOf((await loadReport(named.run)).run, named.cell)
  const options = replayOptions(then, {
    jobs: availableParallelism(),
    resultsDir: resolve(flags.results ?? paths.results),
    cache: cacheRoot(),
  })
  await requireHost(options.archs)
  const renderer = makeRenderer(flags.format ?? chooseFormat(), process.stdout)
  try {
    const command = ['zsharness', ...process.argv.slice(2)]
    const { run } = await executeRun(options, { emit: renderer.onEvent, signal: interruptSignal() }, command)
    const now = run.cells[0]!
    for (const text of differences(then, now))
      renderer.onEvent({ type: 'note', scope: now.id, level: 'warning', text: `not the same boot: ${text}` })
    renderer.onEvent({ type: 'note', scope: now.id, level: 'info', text: comparison(then, now) })
    process.exitCode = run.exitCode
  } finally {
    renderer.close()
  }
}
