// SPDX-License-Identifier: MIT
import { InterruptedError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { type Comparison, type PlannedRun, type RunResult, SCHEMA_VERSION } from '../model/results.ts'
import { meaningOf } from '../report/headline.ts'
import { writeReports } from '../report/index.ts'
import { describeChange } from '../verdict/compare.ts'
import { staleFindings } from '../verdict/stale.ts'
import { type Grounds, prepareGrounds } from './grounds.ts'
import { RunInProgress } from './inprogress.ts'
import { extraPatchesOf, seriesOf } from './legs.ts'
import { hostCapacity, type Machines, machinesFor } from './machines.ts'
import type { RunOptions, RunSettings } from './options.ts'
import { expectedFrom } from './plan/expected.ts'
import { type PairPlan, planPairs, selectionOf } from './plan/pairs.ts'
import { type RunTask, tasksFor } from './plan/tasks.ts'
import { newRunId, openRunDir, writeManifest, writePatches } from './results.ts'
import { drive } from './schedule/drive.ts'
import { pairStates, type RunState, release } from './state.ts'
import { bootOne, buildLeg } from './steps.ts'
import { versionsOf } from './versions.ts'

/** Where a run's results are and how it ended. */
export interface RunOutcome {
  readonly dir: string
  readonly run: RunResult
}

/** Pairs to run and how. */
export interface RunPlan {
  readonly pairs: readonly PairPlan[]
  readonly settings: RunSettings
  readonly command: readonly string[]
  /** What the pairs are a part of; null when they are all there is. */
  readonly planned: PlannedRun | null
  /** Whether a tree or a patch that is wrong costs its cells alone, not the run. */
  readonly tolerant: boolean
  /** How the run stands against an earlier one, once it is done. */
  readonly compare: (run: RunResult) => Promise<Comparison | null>
}

const startRun = async ({ pairs, settings, command, planned }: RunPlan, machines: Machines): Promise<RunInProgress> => {
  const now = new Date()
  const id = newRunId(now)
  const dir = await openRunDir(settings.resultsDir, id)
  const archs = [...new Set(pairs.map(({ arch }) => arch))]
  const base = {
    schemaVersion: SCHEMA_VERSION as typeof SCHEMA_VERSION,
    id,
    accelerator: { ...machines.accelerators } as Record<string, string>,
    amplified: settings.amplify,
    startedAt: now.toISOString(),
    versions: await versionsOf(archs),
    command: [...command],
    seed: settings.seed,
    plan: planned,
  }
  const order = pairs.flatMap((pair) => [pair.id, ...pair.cells.map((cell) => cell.id)])
  const progress = new RunInProgress(dir, base, order)
  await progress.save(true)
  return progress
}

const work =
  (state: RunState) =>
  async (task: RunTask): Promise<void> => {
    if (state.signal.aborted) throw new InterruptedError()
    const pair = state.pairs.get(task.pair.id)!
    return task.kind === 'build' ? buildLeg(state, pair, task.leg) : bootOne(state, pair, task.cell)
  }

const runAll = async (state: RunState, pairs: readonly PairPlan[]): Promise<void> => {
  const capacity = hostCapacity()
  const expected = await expectedFrom(pairs, state.settings, state.machines.accelerators)
  try {
    await drive(tasksFor(pairs, capacity, expected), capacity, work(state))
  } finally {
    for (const pair of state.pairs.values()) await release(pair)
  }
}

const noteStale = ({ progress, grounds }: RunState): void => {
  const serieses = new Set<string>()
  for (const cell of progress.cells) {
    // Only a series that was read can have made a kernel.
    if (cell.kernel.key === '' || serieses.has(cell.series)) continue
    serieses.add(cell.series)
    progress.notes.push(...staleFindings(grounds.of(cell).series, progress.cells))
  }
  progress.notes.sort()
}

const tellNotes = ({ progress, emit }: RunState): void => {
  for (const text of progress.notes) emit({ type: 'note', scope: '', level: 'warning', text })
  const { baseline, changes } = progress.comparison ?? { baseline: '', changes: [] }
  for (const change of changes) {
    const level = change.status === 'gone' ? 'info' : 'warning'
    emit({ type: 'note', scope: `against ${baseline}`, level, text: describeChange(change) })
  }
}

const finish = async ({ progress }: RunState, interrupted: boolean): Promise<void> => {
  await progress.save(interrupted)
  await writeReports(progress.dir)
  await writeManifest(progress.dir)
}

const runPlanned = async (plan: RunPlan, grounds: Grounds, context: Omit<Context, 'scope'>): Promise<RunOutcome> => {
  const { pairs, settings, tolerant, compare } = plan
  const { emit, signal } = context
  const machines = await machinesFor([...new Set(pairs.map(({ arch }) => arch))])
  const progress = await startRun(plan, machines)
  await writePatches(progress.dir, [
    ...grounds.series.flatMap(({ patches }) => patches),
    ...(await extraPatchesOf(settings)),
  ])
  const state: RunState = { settings, progress, grounds, machines, emit, signal, tolerant, pairs: pairStates(pairs) }
  emit({ type: 'plan', cells: pairs.flatMap(({ cells }) => cells.map(({ id }) => id)) })
  try {
    await runAll(state, pairs)
  } catch (error) {
    await finish(state, true)
    if (signal.aborted) throw new InterruptedError(`interrupted; what there is: ${progress.dir}`)
    throw error
  }
  noteStale(state)
  progress.comparison = await compare(progress.result(false))
  tellNotes(state)
  await finish(state, false)
  const run = progress.result(false)
  emit({ type: 'run', verdict: run.verdict, exitCode: run.exitCode, text: meaningOf(run.verdict), dir: progress.dir })
  return { dir: progress.dir, run }
}

/** Builds and boots all cells of a plan, as many at once as the machine holds, and writes their results. */
export const executePlan = async (plan: RunPlan, context: Omit<Context, 'scope'>): Promise<RunOutcome> => {
  await using grounds = await prepareGrounds(plan.pairs, plan.settings, context, plan.tolerant)
  return runPlanned(plan, grounds, context)
}

/** Runs all cells of `options` and writes their results; throws what is the user's fault. */
export const executeRun = async (
  options: RunOptions,
  context: Omit<Context, 'scope'>,
  command: readonly string[],
  compare: RunPlan['compare'] = async () => null,
): Promise<RunOutcome> => {
  const { name } = await seriesOf(options.series, options)
  const pairs = planPairs(selectionOf({ ...options, series: name }), options.runs)
  return executePlan({ pairs, settings: options, command, planned: null, tolerant: false, compare }, context)
}
