// SPDX-License-Identifier: MIT
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findArch } from '../inputs/arch/index.ts'
import { type CheckedLeg, runChecks } from '../kernel/checks/index.ts'
import { KernelBuildError } from '../kernel/compile.ts'
import { objectSizes, textSizesOf } from '../kernel/objects.ts'
import { HostError, InterruptedError } from '../model/errors.ts'
import type { CellResult, Finding, LegName } from '../model/results.ts'
import { describeFinding } from '../verdict/describe.ts'
import { pairsOf } from '../verdict/pairs.ts'
import { newWarnings } from '../verdict/warnings.ts'
import { type CellOutcome, failedCell, runCell } from './cell.ts'
import type { Ground } from './grounds.ts'
import { beforeSource, kernelOf } from './legs.ts'
import type { CellPlan } from './plan/pairs.ts'
import { cellDir } from './results.ts'
import { type BuiltLeg, baseOf, contextOf, type PairState, type RunState, release } from './state.ts'

/** Throws what ends the run; what is left costs one cell. */
const tolerate = ({ signal, tolerant }: RunState, error: unknown): void => {
  if (error instanceof InterruptedError || signal.aborted) throw error
  if (!tolerant && !(error instanceof KernelBuildError || error instanceof HostError)) throw error
}

const makeLeg = async (state: RunState, { plan }: PairState, leg: LegName): Promise<BuiltLeg> => {
  const first = plan.cells.find((cell) => cell.leg === leg)!
  const started = performance.now()
  state.emit({ type: 'step', scope: first.id, step: 'build', state: 'start' })
  const ground = state.grounds.of(plan)
  const logFile = join(cellDir(state.progress.dir, first.id), 'build.log')
  const { kernel, inputs } = await kernelOf(ground, first, logFile, contextOf(state, first.id))
  const detail = kernel.cached ? kernel.meta.key : `${kernel.meta.compiled} objects compiled`
  state.emit({ type: 'step', scope: first.id, step: 'build', state: kernel.cached ? 'cached' : 'done', detail })
  const sizes = await textSizesOf(kernel, ground.series.touches)
  return { kernel, toolchain: inputs.toolchain, buildMs: performance.now() - started, sizes }
}

/** Builds one leg of a pair, or notes why that cannot be. */
export const buildLeg = async (state: RunState, pair: PairState, leg: LegName): Promise<void> => {
  for (const cell of pair.plan.cells)
    if (cell.leg === leg) await mkdir(cellDir(state.progress.dir, cell.id), { recursive: true })
  try {
    pair.legs.set(leg, await makeLeg(state, pair, leg))
  } catch (error) {
    tolerate(state, error)
    pair.legs.set(leg, { error })
  }
}

const beforeOf = ({ legs }: PairState, cell: CellPlan): BuiltLeg | undefined => {
  const before = legs.get('before')
  return cell.leg === 'after' && before !== undefined && 'kernel' in before ? before : undefined
}

const warningsOf = (ground: Ground, own: BuiltLeg, before: BuiltLeg | undefined): readonly Finding[] =>
  before === undefined
    ? []
    : newWarnings(before.kernel.meta.diagnostics, own.kernel.meta.diagnostics, ground.series.touches)

const checkedLeg = (
  { grounds, settings }: RunState,
  { plan }: PairState,
  leg: LegName,
  built: BuiltLeg,
): CheckedLeg => {
  const { legs, series } = grounds.of(plan)
  const { kernel, toolchain, sizes } = built
  return {
    kernel,
    toolchain,
    arch: findArch(plan.arch),
    cache: settings.cache,
    files: series.touches.filter((file) => typeof sizes.get(file.replace(/\.c$/, '.o')) === 'number'),
    patches: leg === 'before' ? [] : legs.after.slice(legs.before.length),
  }
}

const checksOf = async (
  state: RunState,
  pair: PairState,
  cell: CellPlan,
  own: BuiltLeg,
  before: BuiltLeg | undefined,
) => {
  const { checks } = state.settings
  // They read the code, which no second boot changes.
  if (checks.length === 0 || before === undefined || cell.run > 1) return []
  const legs = [checkedLeg(state, pair, 'before', before), checkedLeg(state, pair, 'after', own)] as const
  const checked = await runChecks(checks, ...legs, contextOf(state, cell.id))
  const { touches } = state.grounds.of(cell).series
  return checked.flatMap((one) => newWarnings(one.before, one.after, touches, one.name))
}

const boot = async (state: RunState, pair: PairState, cell: CellPlan, built: BuiltLeg): Promise<CellOutcome> => {
  const ground = state.grounds.of(cell)
  const dir = cellDir(state.progress.dir, cell.id)
  const context = contextOf(state, cell.id)
  const before = beforeOf(pair, cell)
  if (cell.run > 1) await copyFile(join(built.kernel.dir, 'build.log'), join(dir, 'build.log'))
  const inputs = {
    ...baseOf(state, cell, ground.treeMs),
    series: ground.series,
    hostTicksKHz: state.machines.hostTicksKHz,
    dir,
    kernel: built.kernel,
    toolchain: built.toolchain,
    buildMs: built.buildMs,
    buildFindings: [...warningsOf(ground, built, before), ...(await checksOf(state, pair, cell, built, before))],
    objects: objectSizes(built.sizes, before?.sizes),
    // gcov reads what gcc counts.
    openBaseline: built.toolchain.llvm ? null : () => beforeSource(ground, context),
  }
  return runCell(inputs, context)
}

const failed = (state: RunState, cell: CellPlan, error: unknown): CellOutcome => {
  // A kernel that did not compile has sources, and with them a series.
  const ground = error instanceof KernelBuildError ? state.grounds.of(cell) : undefined
  const base = baseOf(state, cell, ground?.treeMs ?? 0)
  return { cell: failedCell(base, error, ground?.series.knownFindings ?? []), splats: [] }
}

const outcomeOf = async (state: RunState, pair: PairState, cell: CellPlan): Promise<CellOutcome> => {
  const leg = pair.legs.get(cell.leg)!
  if ('error' in leg) return failed(state, cell, leg.error)
  try {
    return await boot(state, pair, cell, leg)
  } catch (error) {
    tolerate(state, error)
    return failed(state, cell, error)
  }
}

const tellKnown = ({ emit }: RunState, { id, findings }: CellResult): void => {
  for (const finding of findings.filter(({ known }) => known))
    emit({
      type: 'note',
      scope: id,
      level: 'warning',
      text: `known finding, which does not fail the run: ${describeFinding(finding)}`,
    })
}

const judgePair = ({ progress, emit }: RunState, { plan }: PairState): void => {
  const ids = new Set(plan.cells.map(({ id }) => id))
  const [pair] = pairsOf(progress.cells.filter(({ id }) => ids.has(id)))
  if (!pair) return
  progress.addPair(pair)
  emit({ type: 'cell', scope: plan.id, verdict: pair.verdict, text: pair.reason })
}

/** Boots one cell of a pair and judges it; the pair too when it was the last. */
export const bootOne = async (state: RunState, pair: PairState, cell: CellPlan): Promise<void> => {
  const outcome = await outcomeOf(state, pair, cell)
  await state.progress.add(outcome)
  tellKnown(state, outcome.cell)
  const { id, verdict, reason, findings } = outcome.cell
  state.emit({ type: 'cell', scope: id, verdict, text: reason, findings })
  pair.cellsLeft--
  if (pair.cellsLeft > 0) return
  await release(pair)
  judgePair(state, pair)
}
