// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findArch } from '../arch/index.ts'
import { InterruptedError } from '../errors.ts'
import { measureHostTicksKHz } from '../guest/ticks.ts'
import { type ArchName, type RunResult, SCHEMA_VERSION } from '../model.ts'
import type { Context, Emit } from '../progress/events.ts'
import { meaningOf } from '../report/headline.ts'
import { writeReports } from '../report/index.ts'
import { parseTreeSpec } from '../tree/spec.ts'
import { obtainTree } from '../tree/tree.ts'
import { pairsOf } from '../verdict/pairs.ts'
import { newWarnings } from '../verdict/warnings.ts'
import { type Accelerator, chooseAccelerator } from '../vm/accel.ts'
import { type BuiltCell, type CellInputs, type CellOutcome, runCell, unbuiltCell } from './cell.ts'
import { RunInProgress } from './inprogress.ts'
import { beforeSource, extraPatchesOf, kernelOf, type LegInputs, legsOf, seriesOf } from './legs.ts'
import { type CellPlan, type PairPlan, planPairs, type RunOptions } from './options.ts'
import { cellDir, newRunId, openRunDir, writeManifest, writePatches } from './results.ts'
import { versionsOf } from './versions.ts'

/** Where a run's results are and how it ended. */
export interface RunOutcome {
  readonly dir: string
  readonly run: RunResult
}

interface Machines {
  readonly accelerators: Readonly<Partial<Record<ArchName, Accelerator>>>
  readonly hostTicksKHz: number | null
}

const machinesFor = async (archs: readonly ArchName[]): Promise<Machines> => {
  const chosen = await Promise.all(archs.map(async (name) => [name, await chooseAccelerator(findArch(name))] as const))
  const needsTicks = chosen.some(
    ([name, accelerator]) => accelerator === 'tcg' && findArch(name).clockParameters !== null,
  )
  return { accelerators: Object.fromEntries(chosen), hostTicksKHz: needsTicks ? await measureHostTicksKHz() : null }
}

interface RunState {
  readonly progress: RunInProgress
  readonly legInputs: LegInputs
  readonly machines: Machines
  readonly emit: Emit
  readonly signal: AbortSignal
  readonly treeMs: number
}

const cellInputs = (state: RunState, plan: CellPlan): CellInputs => ({
  plan,
  series: state.legInputs.series,
  options: state.legInputs.options,
  accelerator: state.machines.accelerators[plan.arch]!,
  hostTicksKHz: state.machines.hostTicksKHz,
  treeMs: state.treeMs,
  dir: cellDir(state.progress.dir, plan.id),
})

const contextOf = ({ emit, signal }: RunState, scope: string): Context => ({ emit, signal, scope })

const buildCell = async (state: RunState, plan: CellPlan): Promise<BuiltCell | CellOutcome> => {
  const inputs = cellInputs(state, plan)
  await mkdir(inputs.dir, { recursive: true })
  const context = contextOf(state, plan.id)
  const started = performance.now()
  state.emit({ type: 'step', scope: plan.id, step: 'build', state: 'start' })
  try {
    const { kernel, inputs: kernelInputs } = await kernelOf(
      state.legInputs,
      plan,
      join(inputs.dir, 'build.log'),
      context,
    )
    const detail = kernel.cached ? kernel.meta.key : `${kernel.meta.compiled} objects compiled`
    state.emit({ type: 'step', scope: plan.id, step: 'build', state: kernel.cached ? 'cached' : 'done', detail })
    return {
      ...inputs,
      kernel,
      toolchain: kernelInputs.toolchain,
      buildMs: performance.now() - started,
      buildFindings: [],
      openBaseline: () => beforeSource(state.legInputs, context),
    }
  } catch (error) {
    return { cell: unbuiltCell(inputs, error), splats: [] }
  }
}

const withWarnings = (cells: readonly (BuiltCell | CellOutcome)[], touched: readonly string[]) => {
  const before = cells.find((one): one is BuiltCell => 'kernel' in one && one.plan.leg === 'before')
  return cells.map((one) =>
    'kernel' in one && one.plan.leg === 'after' && before
      ? { ...one, buildFindings: newWarnings(before.kernel.meta.diagnostics, one.kernel.meta.diagnostics, touched) }
      : one,
  )
}

const finishCell = async (state: RunState, outcome: CellOutcome): Promise<void> => {
  await state.progress.add(outcome)
  const { id, verdict, reason, findings } = outcome.cell
  state.emit({ type: 'cell', scope: id, verdict, text: reason, findings })
}

const judgePairOf = (state: RunState, { cells: plans }: PairPlan): void => {
  const [pair] = pairsOf(state.progress.cells.filter(({ id }) => plans.some((plan) => plan.id === id)))
  if (!pair) return
  state.progress.pairs.push(pair)
  const scope = [pair.arch, pair.config, pair.profile].join('-')
  state.emit({ type: 'cell', scope, verdict: pair.verdict, text: pair.reason })
}

const runPair = async (state: RunState, pair: PairPlan): Promise<void> => {
  const built: (BuiltCell | CellOutcome)[] = []
  try {
    for (const plan of pair.cells) built.push(await buildCell(state, plan))
    for (const one of withWarnings(built, state.legInputs.series.touches)) {
      const outcome = 'kernel' in one ? await runCell(one, contextOf(state, one.plan.id)) : one
      await finishCell(state, outcome)
    }
  } finally {
    for (const one of built) if ('kernel' in one) await one.kernel[Symbol.asyncDispose]()
  }
  judgePairOf(state, pair)
}

const startRun = async (
  options: RunOptions,
  machines: Machines,
  command: readonly string[],
): Promise<RunInProgress> => {
  const now = new Date()
  const id = newRunId(now)
  const dir = await openRunDir(options.resultsDir, id)
  const progress = new RunInProgress(dir, {
    schemaVersion: SCHEMA_VERSION,
    id,
    accelerator: { ...machines.accelerators } as Record<string, string>,
    amplified: options.amplify,
    startedAt: now.toISOString(),
    versions: await versionsOf(options.archs),
    command: [...command],
    seed: options.seed,
    notes: [],
  })
  await progress.save(true)
  return progress
}

/** Runs all cells of `options` and writes their results; throws what is the user's or the host's fault. */
export const executeRun = async (
  options: RunOptions,
  context: Pick<Context, 'emit' | 'signal'>,
  command: readonly string[],
): Promise<RunOutcome> => {
  const { emit, signal } = context
  const spec = parseTreeSpec(options.tree)
  const series = await seriesOf(options)
  const treeStarted = performance.now()
  await using tree = await obtainTree(spec, { cache: options.cache, context: { emit, signal, scope: options.tree } })
  const extra = await extraPatchesOf(options)
  const legs = legsOf(series, extra, tree)
  const machines = await machinesFor(options.archs)
  const progress = await startRun(options, machines, command)
  await writePatches(progress.dir, [...series.patches, ...extra])
  const legInputs = { series, legs, tree, options }
  const state: RunState = { progress, legInputs, machines, emit, signal, treeMs: performance.now() - treeStarted }
  const pairs = planPairs(options)
  emit({ type: 'plan', cells: pairs.flatMap(({ cells }) => cells.map(({ id }) => id)) })
  try {
    for (const pair of pairs) await runPair(state, pair)
  } catch (error) {
    await progress.save(true)
    await writeReports(progress.dir)
    await writeManifest(progress.dir)
    if (signal.aborted) throw new InterruptedError(`interrupted; what there is: ${progress.dir}`)
    throw error
  }
  const run = progress.result(false)
  await progress.save(false)
  await writeReports(progress.dir)
  await writeManifest(progress.dir)
  emit({ type: 'run', verdict: run.verdict, exitCode: run.exitCode, text: meaningOf(run.verdict), dir: progress.dir })
  return { dir: progress.dir, run }
}
