// SPDX-License-Identifier: MIT
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deciding, type Generation, generationOf, patchedGeneration } from '../guest/generation.ts'
import { GuestBuildError } from '../guest/initramfs.ts'
import { type Lane, lanesFor, lanesOfSeries, lanesUnfit, secondsOf } from '../guest/lanes.ts'
import { parseDotConfig } from '../inputs/kconfig/fragment.ts'
import type { Series } from '../inputs/series/model.ts'
import { NO_SERIES } from '../inputs/series/none.ts'
import { KernelBuildError } from '../kernel/compile.ts'
import { functionsIn } from '../kernel/functions.ts'
import { objectDir, sourceDir } from '../kernel/layout.ts'
import { writeJson } from '../lib/files/atomic.ts'
import { contentKey } from '../lib/files/hash.ts'
import { inPhase } from '../lib/phase.ts'
import { HarnessError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import type { Additions, CellResult, Evidence, ObjectSize } from '../model/results.ts'
import type { Splat } from '../splat/index.ts'
import { type Judgement, judge, judgeUnbooted } from '../verdict/cell.ts'
import { summarise } from '../verdict/coverage/listing.ts'
import { measureCoverage } from '../verdict/coverage/measure.ts'
import { judgeDebugged } from '../verdict/debugged.ts'
import { evidenceOf } from '../verdict/evidence.ts'
import { exposureOf } from '../verdict/exposure.ts'
import { foundIn } from '../verdict/found.ts'
import { holdPointsOf } from '../verdict/holdpoints.ts'
import { whyIdle } from '../verdict/idle.ts'
import { markKnown } from '../verdict/known.ts'
import type { Observation, PatchLines } from '../verdict/observation.ts'
import { uncheckedLaws } from '../verdict/oracles/balance.ts'
import { uncheckedStates } from '../verdict/oracles/state.ts'
import { buildFinding } from '../verdict/warnings.ts'
import type { Workload } from '../vm/argv.ts'
import { type Booted, bootCell } from './boot.ts'
import type { BuiltCell, CellBase } from './builtcell.ts'
import { heldIn } from './bundled/choices.ts'
import { type Dumpable, debugWorkload, settleDump } from './debug.ts'
import { holdsFor } from './holds.ts'
import { writeOutputs } from './outputs.ts'
import { lanesAsked, seedOf } from './settings.ts'

/** A judged cell and the splats of its console. */
export interface CellOutcome {
  readonly cell: CellResult
  readonly splats: readonly Splat[]
}

const NO_EVIDENCE: Evidence = evidenceOf({ records: [], problems: [] })

const addedOf = ({ settings, programs }: CellBase): Additions => ({
  ...settings.added,
  workloads: settings.added.workloads.map((one, index) => ({ ...one, sha256: programs[index]?.sha256 ?? null })),
})

const emptyCell = (base: CellBase): CellResult => {
  const { plan, settings, toolchain, treeMs, accelerator, seriesPath, sources, derives, bundle } = base
  return {
    ...plan,
    lanes: [],
    notChecked: [],
    verdict: 'error',
    reason: 'did not run',
    findings: [],
    oracles: [],
    evidence: NO_EVIDENCE,
    exposure: null,
    waitShare: null,
    timings: { treeMs, buildMs: 0, bootMs: 0, lanesMs: 0 },
    kernel: { version: '', key: '', cached: false, compiled: 0, sandbox: null },
    commands: { make: [], qemu: [] },
    machine: accelerator,
    bundle: bundle && { sha256: bundle.sha256 },
    request: {
      seed: seedOf(settings.seed, plan.run),
      durationS: settings.durationS,
      amplify: settings.amplify,
      canary: settings.canary,
      seriesPath,
      patchFiles: [...settings.patchFiles],
      extraPatchFiles: [...settings.extraPatchFiles],
      llvm: toolchain.llvm,
      added: addedOf(base),
      derives,
    },
    inputs: sources && { ...sources, options: null },
    objects: [],
    found: null,
    holds: null,
    placed: null,
  }
}

const reasonOf = (error: unknown): string => {
  if (error instanceof HarnessError) return `${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}`
  const { code, message } = error as NodeJS.ErrnoException
  return code === undefined ? `a bug in zsharness: ${(error as Error).stack ?? message}` : message
}

/** The result of a cell whose kernel did not build (`fail`) or for which the harness or host failed (`error`). */
export const failedCell = (base: CellBase, error: unknown, known: Series['knownFindings']): CellResult => {
  const cell = emptyCell(base)
  if (!(error instanceof KernelBuildError)) return { ...cell, reason: reasonOf(error) }
  const found = markKnown([buildFinding(error.message, error.diagnostics)], known, base.plan.config)
  return { ...cell, verdict: 'fail', reason: error.message, findings: [...found] }
}

/** Otherwise a kernel lives on after a report of KASAN, and other points are armed. */
export const STOP_AT_REPORT = 'kasan.fault=panic'

/** What the guest of a cell is asked to do. */
export const workloadOf = (
  { plan, settings }: Pick<CellBase, 'plan' | 'settings'>,
  lanes: readonly Lane[],
  generation: Generation,
  zpool: boolean,
): Workload => ({
  lanes: lanes.map((lane) => ({
    name: lane.name,
    seconds: secondsOf(lane, settings.durationS, settings.added.workloadS),
  })),
  seed: seedOf(settings.seed, plan.run),
  reclaim: generation.reclaim,
  zpool,
  canary: settings.canary,
  parameters: [...(settings.added.search ? [STOP_AT_REPORT] : []), ...settings.added.parameters],
})

const wasBuilt = ({ textBytes }: ObjectSize): boolean => textBytes !== null

/** Measures which lines of the patch ran, and writes `coverage.json`. */
const patchLinesOf = async (
  { plan, kernel, toolchain, series, withBaseline, objects, dir, bundle }: BuiltCell,
  live: ReadonlySet<string>,
  { observation }: Booted,
): Promise<PatchLines> => {
  if (plan.leg !== 'after' || !objects.some(wasBuilt)) return 'none'
  const hasCounters = live.has('CONFIG_GCOV_KERNEL')
  if (withBaseline === null) return bundle?.manifest.part === 'boot' && hasCounters ? 'unread' : 'unmeasured'
  const coverage = await withBaseline((before) =>
    measureCoverage({
      records: observation.testimony.records,
      before,
      after: sourceDir(kernel.dir),
      objects: objectDir(kernel.dir),
      prefix: toolchain.prefix,
      touched: series.touches,
      added: bundle?.build.added,
    }),
  )
  if (coverage === 'unread') return coverage
  if (coverage === undefined) return hasCounters ? 'lost' : 'unmeasured'
  await writeJson(join(dir, 'coverage.json'), coverage)
  return summarise(coverage)
}

/** What is known about a cell once its kernel is built. */
const builtCell = (inputs: BuiltCell): CellResult => {
  const { plan, kernel, treeMs, buildMs, objects, sources } = inputs
  // Repeated boots use the kernel of the first one.
  const cached = kernel.cached || plan.run > 1
  const { version, key, compiled, makeArgv, options, sandbox } = kernel.meta
  return {
    ...emptyCell(inputs),
    timings: { treeMs, buildMs: plan.run > 1 ? 0 : buildMs, bootMs: 0, lanesMs: 0 },
    kernel: { version, key, cached, compiled: cached ? 0 : compiled, sandbox },
    commands: { make: [...makeArgv], qemu: [] },
    inputs: sources && { ...sources, options: contentKey(...options) },
    objects: [...objects],
  }
}

const ofJudgement = ({ findings, oracles, ...rest }: Judgement) => ({
  ...rest,
  findings: [...findings],
  oracles: [...oracles],
})

const unbooted = (inputs: BuiltCell, reason: string): CellOutcome => {
  const { plan, series, buildFindings, builtOracles } = inputs
  const judgement = judgeUnbooted(reason, series.knownFindings, plan.config, buildFindings, builtOracles)
  return { cell: { ...builtCell(inputs), ...ofJudgement(judgement) }, splats: [] }
}

/** Why there is no guest for this kernel: that is neither the host's fault nor a finding. */
const whyNoGuest = (error: unknown): string => {
  if (!(error instanceof GuestBuildError)) throw error
  return `${error.message}; the kernel builds, but was not booted`
}

/** Headers, files that are not compiled, and --extra-patch without a series leave nothing to measure. */
const uncheckedPatch = ({ plan, sources, objects }: BuiltCell): readonly string[] => {
  const isPatched = plan.leg === 'after' && (sources?.patches.length ?? 0) > 0
  return isPatched && !objects.some(wasBuilt)
    ? ['which lines of the patch ran: no compiled file of it was measured']
    : []
}

const generationIn = async (kernelDir: string): Promise<Generation> =>
  generationOf(await functionsIn(objectDir(kernelDir), deciding))

/** How the kernel of a cell writes back. */
export const generationFor = async ({
  plan,
  kernel,
  series,
  sources,
  beforeDir,
}: Pick<BuiltCell, 'plan' | 'kernel' | 'series' | 'sources' | 'beforeDir'>): Promise<Generation> => {
  const own = await generationIn(kernel.dir)
  const isPatched = plan.leg === 'after' && (series.name !== NO_SERIES || (sources?.patches.length ?? 0) > 0)
  return isPatched ? patchedGeneration(own, beforeDir === null ? undefined : await generationIn(beforeDir)) : own
}

/** A boot that a person debugged: its lanes, findings and times say nothing. */
const debugged = async (
  inputs: BuiltCell & Pick<Dumpable, 'live'>,
  built: CellResult,
  { observation, argv }: Booted,
  context: Context,
): Promise<CellOutcome> => {
  const { how, dump } = inputs.settings.debug!
  if (dump) await settleDump(inputs, null, observation.boot.dumpError, context)
  if (how === 'at-splat' && observation.splats.length === 0)
    context.emit({ type: 'note', scope: context.scope, level: 'warning', text: 'the kernel reported nothing' })
  const judgement = judgeDebugged({ ...observation, patchLines: 'none' })
  const cell = { ...built, ...ofJudgement(judgement), commands: { ...built.commands, qemu: [...argv] } }
  return { cell, splats: observation.splats }
}

const uncheckedIn = (observation: Observation): readonly string[] => [
  ...uncheckedLaws(observation),
  ...uncheckedStates(observation),
]

/** Boots a built kernel once and judges it; never throws because of the kernel or QEMU. */
export const runCell = async (inputs: BuiltCell, context: Context): Promise<CellOutcome> => {
  const { plan, kernel, series, settings, dir } = inputs
  const dotConfig = join(objectDir(kernel.dir), '.config')
  await copyFile(dotConfig, join(dir, '.config'))
  const live = new Set(parseDotConfig(await readFile(dotConfig, 'utf8')).keys())
  const generation = await generationFor(inputs)
  const asked = lanesAsked(settings, series)
  const lanes = lanesOfSeries(lanesFor(live, generation, asked), series.settings.lanes ?? [])
  const built = builtCell(inputs)
  const idle = whyIdle({ live, lanes, asked, objects: inputs.objects })
  if (idle !== undefined) return unbooted(inputs, idle)
  const asWorkload = workloadOf(inputs, lanes, generation, live.has('CONFIG_ZPOOL'))
  const workload = debugWorkload(settings.debug, live, asWorkload)
  const unfitLanes = lanesUnfit(live, generation, asked)
  const holds = await inPhase(context, 'hold points', async () =>
    inputs.bundle ? heldIn(inputs.bundle, inputs, generation, lanes) : holdsFor({ ...inputs, live }, generation, lanes),
  )
  const booted = await bootCell({ ...inputs, lanes, generation, unfitLanes, workload, holds }, context).catch(
    whyNoGuest,
  )
  if (typeof booted === 'string') return unbooted(inputs, booted)
  if (settings.debug?.how) return debugged({ ...inputs, live }, built, booted, context)
  const observation = {
    ...booted.observation,
    patchLines: await inPhase(context, 'coverage', () => patchLinesOf(inputs, live, booted)),
  }
  await writeOutputs(dir, observation.testimony.records)
  const { buildFindings, builtOracles } = inputs
  const judgement = judge(observation, lanes, series.knownFindings, plan.config, buildFindings, builtOracles)
  if (settings.debug?.dump)
    await settleDump({ ...inputs, live }, judgement.verdict, observation.boot.dumpError, context)
  const exposure = exposureOf(observation, lanes, judgement.findings)
  const cell: CellResult = {
    ...built,
    lanes: lanes.map(({ name }) => name),
    notChecked: [...generation.notChecked, ...holds.notes, ...uncheckedIn(observation), ...uncheckedPatch(inputs)],
    ...ofJudgement(judgement),
    exposure,
    holds: holdPointsOf(observation, { added: settings.added, series }),
    // What follows a failure are boots that nobody asked to debug.
    found:
      judgement.verdict === 'fail' && settings.debug === undefined
        ? foundIn(observation, exposure, judgement.findings)
        : null,
    waitShare: booted.waitShare,
    timings: { ...built.timings, bootMs: booted.bootMs, lanesMs: booted.lanesMs },
    commands: { ...built.commands, qemu: [...booted.argv] },
  }
  return { cell, splats: booted.observation.splats }
}
