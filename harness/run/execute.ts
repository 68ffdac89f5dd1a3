// SPDX-License-Identifier: MIT

import type { Patch } from '../inputs/series/model.ts'
import { inTempDir } from '../lib/files/temp.ts'
import type { SpentOn } from '../lib/phase.ts'
import { InterruptedError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { type Phase, type RunResult, SCHEMA_VERSION } from '../model/results.ts'
import { meaningOf } from '../report/headline.ts'
import { describeNote, knownNotes } from '../report/known.ts'
import { writeReports } from '../report/write.ts'
import type { Store } from '../store/model.ts'
import { openStore } from '../store/open.ts'
import { describeChange } from '../verdict/compare.ts'
import { describeConfirmed } from '../verdict/confirm.ts'
import { sentenceOf } from '../verdict/explored.ts'
import { staleFindings } from '../verdict/stale.ts'
import { bugsOf } from './bugs.ts'
import { expectedOf } from './bundled/expected.ts'
import { bundledInputs } from './bundled/inputs.ts'
import { ExploreStage } from './explore/stage.ts'
import { RunInProgress } from './inprogress.ts'
import { prepareInputs, type RunContext, type RunInputs } from './inputs.ts'
import { writeKept } from './kept.ts'
import { hostCapacity, type Machines, machinesFor } from './machines.ts'
import { writeManifest } from './manifest.ts'
import { nextCommand } from './next.ts'
import { expectedFrom } from './plan/expected.ts'
import { archsOf } from './plan/pairs.ts'
import { type Expected, type RunTask, tasksFor } from './plan/tasks.ts'
import type { RunRequest } from './request.ts'
import { newRunId, openRunDir, writePatches, writePrograms } from './results.ts'
import { drive } from './schedule/drive.ts'
import type { Capacity } from './schedule/pick.ts'
import { pairStates, type RunState, release } from './state.ts'
import { bootOne, buildLeg } from './steps.ts'
import { StoredKernels } from './stored/ask.ts'
import { fitsStore } from './stored/facts.ts'
import { describeTimes } from './times.ts'
import { versionsOf } from './versions.ts'

/** A finished run and the folder of its results. */
export interface RunOutcome {
  readonly dir: string
  readonly run: RunResult
}

const startRun = async (request: RunRequest, machines: Machines, phases: readonly Phase[]): Promise<RunInProgress> => {
  const { pairs, settings, command, planned, resolved } = request
  const now = new Date()
  const id = newRunId(now)
  const dir = await openRunDir(settings.resultsDir, id)
  const base = {
    schemaVersion: SCHEMA_VERSION as typeof SCHEMA_VERSION,
    id,
    accelerator: { ...machines.accelerators } as Record<string, string>,
    amplified: settings.amplify,
    ...request.terms,
    startedAt: now.toISOString(),
    versions: await versionsOf(archsOf(pairs)),
    command: [...command],
    seed: settings.seed,
    plan: planned,
    corpus: bugsOf(resolved.series),
  }
  const order = pairs.flatMap((pair) => [pair.id, ...pair.cells.map((cell) => cell.id)])
  const progress = new RunInProgress(dir, base, order, phases)
  await progress.save(true)
  return progress
}

const doTask =
  (state: RunState) =>
  async (task: RunTask, add: (more: readonly RunTask[]) => void): Promise<void> => {
    if (state.signal.aborted) throw new InterruptedError()
    const pair = state.pairs.get(task.pair.id)!
    if (task.kind === 'build') return buildLeg(state, pair, task.leg, task.inSeat)
    const cell = await bootOne(state, pair, task.cell)
    if (cell) add([{ ...task, id: `boot ${cell.id}`, cell, after: [] }])
  }

const expectedIn = async ({ request, machines, inputs }: RunState, { cores }: Capacity): Promise<Expected> => {
  const { bundled } = request
  if (bundled?.origin === 'files') return expectedOf(bundled)
  const expected = await expectedFrom(request, machines.accelerators, cores, (place) => inputs.find(place)?.settled)
  // What the store had is not built.
  return { ...expected, build: (pair, leg) => (bundled?.of(pair, leg) ? undefined : expected.build(pair, leg)) }
}

const runAll = async (state: RunState): Promise<void> => {
  const capacity = hostCapacity()
  const expected = await expectedIn(state, capacity)
  try {
    await drive(tasksFor(state.request.pairs, capacity, expected), capacity, doTask(state))
  } finally {
    for (const pair of state.pairs.values()) await release(pair)
  }
}

const noteStale = ({ progress, inputs }: RunState): void => {
  const notes = inputs.all.flatMap(({ series, place }) => {
    const here = progress.cells.filter(({ tree }) => tree === place.tree)
    return staleFindings(series, here)
  })
  progress.notes.push(...notes.sort())
}

/** The patches of every series, on whatever tree, each once. */
const patchesUsed = ({ all }: RunInputs, { series }: RunRequest['resolved']): readonly Patch[] => {
  const idle = [...series].flatMap(([name, one]) =>
    'value' in one && all.every(({ place }) => place.series !== name) ? [one.value] : [],
  )
  const patches = [...all.map((pair) => pair.series), ...idle].flatMap((one) => one.patches)
  return [...new Map(patches.map((patch) => [patch.sha256, patch])).values()]
}

/** What the store has reported since: each once. */
const addNotes = ({ notes }: RunInProgress, store: Store | undefined): void => {
  notes.push(...(store?.notes ?? []).filter((note) => !notes.includes(note)))
}

const reportNotes = ({ progress, emit, inputs }: RunState, ofStore: readonly string[]): void => {
  // Those of the inputs and of the store were reported when they were found.
  const known = [...inputs.notes, ...ofStore]
  for (const text of progress.notes.filter((note) => !known.includes(note)))
    emit({ type: 'note', scope: '', level: 'warning', text })
  const { baseline, changes } = progress.comparison ?? { baseline: '', changes: [] }
  for (const change of changes) {
    const level = change.status === 'gone' ? 'info' : 'warning'
    emit({ type: 'note', scope: `compared with ${baseline}`, level, text: describeChange(change) })
  }
}

const report = async ({ dir }: RunInProgress): Promise<void> => {
  await writeReports(dir)
  await writeManifest(dir)
}

const announce = ({ emit, progress }: RunState, run: RunResult): void => {
  emit({ type: 'note', scope: '', level: 'info', text: describeTimes(run.cells, progress.phases, run.durationMs) })
  if (run.schedule) {
    const level = run.schedule.confirmed ? 'info' : 'warning'
    emit({ type: 'note', scope: '', level, text: `the schedule is ${describeConfirmed(run.schedule)}` })
  }
  const explored = run.explorations.flatMap((one) => sentenceOf(one) ?? [])
  const text = [meaningOf(run.verdict), ...explored, ...knownNotes(run.cells).map(describeNote)].join(' ')
  emit({
    type: 'run',
    verdict: run.verdict,
    exitCode: run.exitCode,
    text,
    dir: progress.dir,
    next: nextCommand(run, progress.dir),
  })
}

const runPrepared = async (
  request: RunRequest,
  inputs: RunInputs,
  machines: Machines,
  { emit, signal, spentOn, store }: RunContext,
  phases: readonly Phase[],
): Promise<RunOutcome> => {
  const { pairs, resolved, compare } = request
  const progress = await startRun(request, machines, phases)
  const patches = [...patchesUsed(inputs, resolved), ...resolved.extraPatches]
  await writePatches(progress.dir, patches)
  await writeKept(progress.dir, patches)
  await writePrograms(progress.dir, resolved.programs?.values() ?? [])
  progress.notes.push(...inputs.notes)
  const keepNotes = (): void => addNotes(progress, store)
  keepNotes()
  const state: RunState = {
    request,
    progress,
    inputs,
    machines,
    emit,
    signal,
    spentOn,
    store,
    pairs: pairStates(pairs),
  }
  emit({ type: 'plan', cells: pairs.flatMap(({ cells }) => cells.map(({ id }) => id)) })
  await using exploring = new ExploreStage(state)
  try {
    await runAll(state)
  } catch (error) {
    await exploring[Symbol.asyncDispose]()
    keepNotes()
    await progress.save(true)
    await report(progress)
    if (signal.aborted) throw new InterruptedError(`interrupted; partial results: ${progress.dir}`)
    throw error
  }
  noteStale(state)
  keepNotes()
  progress.comparison = await compare(progress.result(false))
  reportNotes(state, store?.notes ?? [])
  // Nobody waits for the exploration or the reports to read the verdict.
  announce(state, await progress.save(false))
  await exploring.finish()
  const run = await progress.save(false)
  await report(progress)
  return { dir: progress.dir, run }
}

/** Runs a request whose inputs are prepared meanwhile. */
const runOn = async (
  request: RunRequest,
  context: RunContext,
  phases: readonly Phase[],
  prepare: () => Promise<RunInputs>,
  settle: (inputs: RunInputs) => RunRequest = () => request,
): Promise<RunOutcome> => {
  // Its probes wait for processes while the trees are read.
  const machines = machinesFor(archsOf(request.pairs))
  try {
    await using inputs = await prepare()
    return await runPrepared(settle(inputs), inputs, await machines, context, phases)
  } finally {
    await machines.catch(() => undefined)
  }
}

/** Runs a request with the kernels that a store has; the others are built, and given to it. */
const runWarm = async (
  request: RunRequest,
  context: RunContext,
  store: Store,
  scratch: string,
  phases: readonly Phase[],
): Promise<RunOutcome> => {
  const stored = new StoredKernels(request, context, store, scratch)
  await stored.askEarly()
  const withFound = (): RunRequest => ({ ...request, ...(stored.bundled && { bundled: stored.bundled }) })
  const prepare = async (): Promise<RunInputs> => {
    const inputs = await prepareInputs({ ...request, pairs: stored.missing }, context)
    try {
      await stored.askLate(inputs)
      stored.report()
      return stored.inputsWith(inputs)
    } catch (error) {
      await inputs[Symbol.asyncDispose]()
      throw error
    }
  }
  return runOn(withFound(), context, phases, prepare, withFound)
}

/** Builds and boots all cells of a request, as many at once as this machine can run, and writes their results. */
export const executeRun = async (
  request: RunRequest,
  { emit, signal }: Omit<Context, 'scope'>,
): Promise<RunOutcome> => {
  const phases: Phase[] = []
  const spentOn: SpentOn = (scope) => (name, ms) => void phases.push({ scope, name, ms })
  const store = await openStore(request.settings.store ?? null, { emit, signal })
  const context = { emit, signal, spentOn, store }
  if (store && fitsStore(request))
    return inTempDir('kernels', (scratch) => runWarm(request, context, store, scratch, phases))
  return runOn(request, context, phases, () =>
    request.bundled ? Promise.resolve(bundledInputs(request.bundled.all)) : prepareInputs(request, context),
  )
}
