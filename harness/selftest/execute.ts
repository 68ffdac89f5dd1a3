// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { writeAtomic, writeJson } from '../lib/files/atomic.ts'
import { InterruptedError } from '../model/errors.ts'
import type { Context, Emit } from '../model/events.ts'
import { executeRun } from '../run/execute.ts'
import type { RunOptions } from '../run/options.ts'
import { newRunId, openRunDir, writeManifest } from '../run/results.ts'
import type { Case } from './plan.ts'
import { type CaseResult, caseResult, listedCase, type SelftestResult } from './result.ts'
import { exitCodeOf } from './status.ts'
import { markdownTable } from './table.ts'

export interface SelftestInputs {
  readonly cases: readonly Case[]
  readonly mustRun: (one: Case) => boolean
  /** Boots of the correct patch. */
  readonly runs: number
  /** What every case shares. */
  readonly options: RunOptions
  readonly command: readonly string[]
}

const optionsOf = (one: Case, { options, runs }: SelftestInputs, dir: string): RunOptions => ({
  ...options,
  legs: ['after'],
  configs: [one.config],
  profile: one.profile,
  lanes: one.lanes,
  durationS: one.seconds,
  runs: one.type === 'control' ? runs : 1,
  extraPatchFiles: one.patch === null ? [] : [one.patch],
  canary: one.canary,
  resultsDir: join(dir, 'cases', one.name),
})

// Each case is a run of one cell: its name says more than the cell's, and its verdict would read as this command's.
const underName =
  (name: string, emit: Emit): Emit =>
  (event) => {
    if ('scope' in event && event.type !== 'cell') emit({ ...event, scope: name })
  }

const runCase = async (one: Case, inputs: SelftestInputs, dir: string, context: Context): Promise<CaseResult> => {
  const options = optionsOf(one, inputs, dir)
  const emit = underName(one.name, context.emit)
  const outcome = await executeRun(options, { emit, signal: context.signal }, inputs.command)
  const result = caseResult(one, outcome.run.cells, relative(dir, outcome.dir))
  const text = result.caughtBy === '' ? result.reason : `by ${result.caughtBy}`
  context.emit({ type: 'cell', scope: one.name, verdict: result.status, text })
  return result
}

const save = async (dir: string, result: SelftestResult): Promise<void> => {
  await writeJson(join(dir, 'selftest.json'), result)
  await writeAtomic(join(dir, 'selftest.md'), markdownTable(result))
}

/** Builds, boots and judges every case, one after the other, and writes the table after each. */
export const executeSelftest = async (
  inputs: SelftestInputs,
  context: Pick<Context, 'emit' | 'signal'>,
): Promise<{ readonly dir: string; readonly result: SelftestResult }> => {
  const started = performance.now()
  const id = newRunId(new Date())
  const dir = await openRunDir(inputs.options.resultsDir, id)
  await mkdir(join(dir, 'cases'), { recursive: true })
  const done: CaseResult[] = []
  const result = (interrupted: boolean): SelftestResult => ({
    schemaVersion: 1,
    id,
    exitCode: exitCodeOf(done.map(({ status }) => status)),
    interrupted,
    durationMs: Math.round(performance.now() - started),
    command: inputs.command,
    cases: done,
  })
  context.emit({ type: 'plan', cells: inputs.cases.filter(inputs.mustRun).map(({ name }) => name) })
  for (const one of inputs.cases) {
    const row = inputs.mustRun(one) ? await runCase(one, inputs, dir, { ...context, scope: one.name }) : listedCase(one)
    // What was cut short says nothing.
    if (context.signal.aborted) throw new InterruptedError(`interrupted; what there is: ${dir}`)
    done.push(row)
    await save(dir, result(true))
  }
  await save(dir, result(false))
  await writeManifest(dir)
  return { dir, result: result(false) }
}
