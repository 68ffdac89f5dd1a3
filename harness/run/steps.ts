// SPDX-License-Identifier: MIT
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bundle } from '../bundle/open.ts'
import { obtainInit } from '../guest/init.ts'
import { findArch } from '../inputs/arch/index.ts'
import { touchedBy } from '../inputs/series/diff.ts'
import { changeOf } from '../inputs/series/legs.ts'
import { buildFilesOf } from '../kernel/buildfiles.ts'
import { type CheckedLeg, runChecks } from '../kernel/checks/index.ts'
import { KernelBuildError } from '../kernel/compile.ts'
import { objectSizes, textSizesOf } from '../kernel/objects.ts'
import { HostError, InterruptedError } from '../model/errors.ts'
import type { CellResult, Finding, LegName } from '../model/results.ts'
import { describeKnown } from '../verdict/describe.ts'
import { holdNotes } from '../verdict/holdpoints.ts'
import { pairsOf } from '../verdict/pairs.ts'
import { newWarnings } from '../verdict/warnings.ts'
import { planAgain, resultsOf } from './again.ts'
import type { BuiltCell } from './builtcell.ts'
import { baselineIn, beforeIn, bundledLeg } from './bundled/leg.ts'
import { type CellOutcome, failedCell, runCell } from './cell.ts'
import { minimise } from './found.ts'
import type { PairInputs } from './inputs.ts'
import { filesOfLeg, kernelOf } from './kernels.ts'
import type { CellPlan, PairPlan } from './plan/pairs.ts'
import { cellDir } from './results.ts'
import { type BuiltLeg, baseOf, contextOf, type PairState, type RunState, release } from './state.ts'
import { putPair } from './stored/put.ts'
import { touchedFiles } from './touched.ts'

/** Throws an error that ends the run; any other failure affects only its cell. */
const tolerate = ({ signal, request }: RunState, error: unknown): void => {
  if (error instanceof InterruptedError || signal.aborted) throw error
  if (!request.tolerant && !(error instanceof KernelBuildError || error instanceof HostError)) throw error
}

/** What a patch changes in the tree's own Makefiles and scripts runs on this host, confined or not. */
const warnOfBuildFiles = ({ emit }: RunState, inputs: PairInputs, cell: CellPlan): void => {
  const files = buildFilesOf([...new Set(inputs.legs[cell.leg].flatMap(({ text }) => touchedBy(text)))])
  if (files.length === 0) return
  const text = `a patch changes what make runs on this host: ${files.join(', ')}`
  emit({ type: 'note', scope: cell.id, level: 'warning', text })
}

/** Compiles the guest's init while `work` runs. Whoever needs it reports why it cannot be compiled. */
const besideInit = async <T>({ request, signal }: RunState, { arch }: PairPlan, work: () => Promise<T>): Promise<T> => {
  const toolchain = request.resolved.toolchains.get(arch)!
  const init = obtainInit(findArch(arch), toolchain, request.settings.cache, { signal })
    .then((made) => made[Symbol.asyncDispose]())
    .catch(() => undefined)
  try {
    return await work()
  } finally {
    await init
  }
}

const unpackedLeg = async (state: RunState, { id }: CellPlan, bundle: Bundle, logFile: string): Promise<BuiltLeg> => {
  const built = await bundledLeg(bundle, logFile)
  const detail = `bundle ${bundle.sha256.slice(0, 16)}, kernel ${bundle.manifest.kernel}`
  state.emit({ type: 'step', scope: id, step: 'build', state: 'cached', detail })
  return built
}

const makeLeg = async (state: RunState, { plan }: PairState, leg: LegName, inSeat: boolean): Promise<BuiltLeg> => {
  const first = plan.cells.find((cell) => cell.leg === leg)!
  const started = performance.now()
  state.emit({ type: 'step', scope: first.id, step: 'build', state: 'start' })
  const inputs = state.inputs.of(plan)
  const logFile = join(cellDir(state.progress.dir, first.id), 'build.log')
  const bundled = state.request.bundled?.of(plan, leg)
  if (bundled) return unpackedLeg(state, first, bundled.bundle, logFile)
  warnOfBuildFiles(state, inputs, first)
  const { cache, jobs } = state.request.settings
  const toolchain = state.request.resolved.toolchains.get(plan.arch)!
  const kernel = await besideInit(state, plan, () =>
    kernelOf(inputs, first, toolchain, { cache, jobs, logFile, inSeat }, contextOf(state, first.id)),
  )
  const detail = kernel.cached ? kernel.meta.key : `${kernel.meta.compiled} objects compiled`
  state.emit({ type: 'step', scope: first.id, step: 'build', state: kernel.cached ? 'cached' : 'done', detail })
  const sizes = await textSizesOf(kernel, inputs.series.touches)
  return { kernel, buildMs: performance.now() - started, sizes }
}

/** Builds one leg of a pair, in one seat or on the whole machine, or records why it cannot be built. */
export const buildLeg = async (state: RunState, pair: PairState, leg: LegName, inSeat: boolean): Promise<void> => {
  for (const cell of pair.plan.cells)
    if (cell.leg === leg) await mkdir(cellDir(state.progress.dir, cell.id), { recursive: true })
  try {
    pair.legs.set(leg, await makeLeg(state, pair, leg, inSeat))
    await putPair(state, pair)
  } catch (error) {
    tolerate(state, error)
    pair.legs.set(leg, { error })
  }
}

const otherLeg = (leg: LegName): LegName => (leg === 'before' ? 'after' : 'before')

const builtOf = ({ legs }: PairState, leg: LegName): BuiltLeg | undefined => {
  const built = legs.get(leg)
  return built !== undefined && 'kernel' in built ? built : undefined
}

const beforeOf = (pair: PairState, cell: CellPlan): BuiltLeg | undefined =>
  cell.leg === 'after' ? builtOf(pair, 'before') : undefined

const warningsOf = (own: BuiltLeg, before: BuiltLeg | undefined): readonly Finding[] =>
  before === undefined ? [] : newWarnings(before.kernel.meta.diagnostics, own.kernel.meta.diagnostics)

const checkedLeg = async (
  { inputs, request }: RunState,
  { plan }: PairState,
  leg: LegName,
  { kernel }: BuiltLeg,
): Promise<CheckedLeg> => {
  const pairInputs = inputs.of(plan)
  const sizes = await textSizesOf(kernel, touchedFiles(pairInputs))
  return {
    kernel,
    toolchain: request.resolved.toolchains.get(plan.arch)!,
    arch: findArch(plan.arch),
    cache: request.settings.cache,
    files: touchedFiles(pairInputs).filter((file) => typeof sizes.get(file.replace(/\.c$/, '.o')) === 'number'),
    patches: leg === 'before' ? [] : changeOf(pairInputs.legs),
  }
}

const checksOf = async (
  state: RunState,
  pair: PairState,
  cell: CellPlan,
  own: BuiltLeg,
  before: BuiltLeg | undefined,
) => {
  const { checks } = state.request.settings
  // They depend on the code alone, so one boot of each kernel is enough.
  if (checks.length === 0 || before === undefined || cell.run > 1) return []
  const legs = await Promise.all([checkedLeg(state, pair, 'before', before), checkedLeg(state, pair, 'after', own)])
  const checked = await runChecks(checks, ...legs, contextOf(state, cell.id))
  const files = touchedFiles(state.inputs.of(cell))
  return checked.flatMap((one) => newWarnings(one.before, one.after, { files, oracle: one.name }))
}

/** The checks of the build that could compare the two legs. */
const builtOracles = ({ request }: RunState, cell: CellPlan, before: BuiltLeg | undefined): readonly string[] =>
  before === undefined ? [] : ['warnings', ...(cell.run > 1 ? [] : request.settings.checks)]

/** What is compared with a cell's kernel: sources and kernels of the other leg. */
const othersOf = async (
  state: RunState,
  pair: PairState,
  cell: CellPlan,
  { bundle }: BuiltLeg,
  touched: readonly string[],
): Promise<Pick<BuiltCell, 'beforeDir' | 'withBaseline' | 'withOther' | 'otherDir'>> => {
  const inputs = state.inputs.of(cell)
  const { cache } = state.request.settings
  // gcov reads only the counters of gcc.
  const isMeasured = !state.request.resolved.toolchains.get(cell.arch)!.llvm
  if (bundle) {
    const withBaseline = isMeasured ? baselineIn(bundle) : null
    return { beforeDir: await beforeIn(bundle), withBaseline, withOther: null, otherDir: null }
  }
  const of = (leg: LegName, files: readonly string[]) =>
    filesOfLeg(inputs, leg, files, cache, contextOf(state, cell.id))
  return {
    beforeDir: beforeOf(pair, cell)?.kernel.dir ?? null,
    withBaseline: isMeasured ? of('before', inputs.series.touches) : null,
    withOther: touched.length === 0 ? null : of(otherLeg(cell.leg), touched),
    otherDir: builtOf(pair, otherLeg(cell.leg))?.kernel.dir ?? null,
  }
}

const boot = async (state: RunState, pair: PairState, cell: CellPlan, built: BuiltLeg): Promise<CellOutcome> => {
  const pairInputs = state.inputs.of(cell)
  const { treeMs, series } = pairInputs
  const base = baseOf(state, cell, treeMs)
  const dir = cellDir(state.progress.dir, cell.id)
  const context = contextOf(state, cell.id)
  const before = beforeOf(pair, cell)
  const touched = touchedFiles(pairInputs)
  if (cell.run > 1) await copyFile(join(built.kernel.dir, 'build.log'), join(dir, 'build.log'))
  const inputs = {
    ...base,
    series,
    hostTicksKHz: state.machines.hostTicksKHz,
    dir,
    kernel: built.kernel,
    buildMs: built.buildMs,
    buildFindings: [...warningsOf(built, before), ...(await checksOf(state, pair, cell, built, before))],
    builtOracles: builtOracles(state, cell, before),
    objects: objectSizes(built.sizes, before?.sizes),
    touched,
    ...(await othersOf(state, pair, cell, built, touched)),
  }
  const outcome = await runCell(inputs, context)
  // Fewer points are other points, and those are found in the objects of a build.
  if (built.bundle) return outcome
  const known = resultsOf(state.progress.cells, pair.cells).some((one) => one.leg === cell.leg && one.found !== null)
  return known ? outcome : minimise(inputs, outcome, context)
}

const failed = (state: RunState, cell: CellPlan, error: unknown): CellOutcome => {
  // After a build error the series is known: the sources were patched with it.
  const inputs = error instanceof KernelBuildError ? state.inputs.of(cell) : undefined
  const base = baseOf(state, cell, inputs?.treeMs ?? 0)
  return { cell: failedCell(base, error, inputs?.series.knownFindings ?? []), splats: [] }
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

const reportKnown = ({ emit }: RunState, { id, findings }: CellResult): void => {
  for (const finding of findings.filter(({ known }) => known))
    emit({
      type: 'note',
      scope: id,
      level: 'warning',
      text: `known finding, does not fail the run: ${describeKnown(finding)}`,
    })
}

const reportHolds = ({ emit }: RunState, cell: CellResult): void => {
  for (const text of holdNotes(cell)) emit({ type: 'note', scope: cell.id, level: 'info', text })
}

const judgePair = async ({ progress, request, emit }: RunState, { plan, cells }: PairState): Promise<void> => {
  const [pair] = pairsOf(resultsOf(progress.cells, cells), request.terms)
  if (!pair) return
  await progress.addPair(pair)
  emit({ type: 'cell', scope: plan.id, verdict: pair.verdict, text: pair.reason })
}

/** Boots and judges one cell of a pair. Returns the boot that the pair's proof needs next; without one judges the pair after its last cell. */
export const bootOne = async (state: RunState, pair: PairState, cell: CellPlan): Promise<CellPlan | undefined> => {
  const outcome = await outcomeOf(state, pair, cell)
  await state.progress.add(outcome)
  reportKnown(state, outcome.cell)
  reportHolds(state, outcome.cell)
  const { id, verdict, reason, findings } = outcome.cell
  state.emit({ type: 'cell', scope: id, verdict, text: reason, findings })
  pair.cellsLeft--
  if (pair.cellsLeft > 0) return undefined
  const again = await planAgain(state, pair)
  if (again) return again
  await release(pair)
  await judgePair(state, pair)
  return undefined
}
