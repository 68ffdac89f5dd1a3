// SPDX-License-Identifier: MIT
import { copyFile, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { KernelBuildError } from '../build/compile.ts'
import { type Kernel, objectDir, sourceDir } from '../build/kernel.ts'
import type { Toolchain } from '../build/toolchain.ts'
import { type Coverage, summarise } from '../coverage/listing.ts'
import { measureCoverage } from '../coverage/measure.ts'
import { HostError } from '../errors.ts'
import { writeJson } from '../fs/atomic.ts'
import { parseDotConfig } from '../kconfig/fragment.ts'
import type { CellResult, Evidence, Finding } from '../model.ts'
import { type Lane, lanesFor } from '../plan/lanes.ts'
import type { Context } from '../progress/events.ts'
import type { Series } from '../series/model.ts'
import type { Splat } from '../splat/index.ts'
import { judge, markKnown } from '../verdict/cell.ts'
import { evidenceOf } from '../verdict/evidence.ts'
import { buildFinding } from '../verdict/warnings.ts'
import type { Accelerator } from '../vm/accel.ts'
import { type Booted, bootCell, WINDOW_US } from './boot.ts'
import { type CellPlan, type RunOptions, seedOf } from './options.ts'

export interface CellInputs {
  readonly plan: CellPlan
  readonly series: Series
  readonly options: RunOptions
  readonly accelerator: Accelerator
  readonly hostTicksKHz: number | null
  readonly treeMs: number
  readonly dir: string
}

export interface BuiltCell extends CellInputs {
  readonly kernel: Kernel
  readonly toolchain: Toolchain
  readonly buildMs: number
  /** What the build itself holds against this leg. */
  readonly buildFindings: readonly Finding[]
  /** Opens the sources without the patch, which coverage is told against; null where none is wanted. */
  readonly openBaseline: (() => Promise<AsyncDisposable & { readonly dir: string }>) | null
}

export interface CellOutcome {
  readonly cell: CellResult
  readonly splats: readonly Splat[]
}

const nothingSeen: Evidence = evidenceOf({ records: [], problems: [] })

const skeleton = ({ plan, series, options, treeMs, accelerator }: CellInputs): CellResult => ({
  ...plan,
  tree: options.tree,
  series: series.name,
  lanes: [],
  verdict: 'error',
  reason: 'did not run',
  findings: [],
  evidence: nothingSeen,
  timings: { treeMs, buildMs: 0, bootMs: 0, lanesMs: 0 },
  kernel: { version: '', key: '', cached: false, compiled: 0 },
  commands: { make: [], qemu: [] },
  machine: accelerator,
  request: {
    seed: seedOf(options.seed, plan.run),
    durationS: options.durationS,
    amplify: options.amplify,
    canary: options.canary,
    patchFiles: options.patchFiles.map((file) => resolve(file)),
    extraPatchFiles: options.extraPatchFiles.map((file) => resolve(file)),
  },
})

/** The result of a cell whose kernel could not be made: the kernel's fault, or the host's. */
export const unbuiltCell = (inputs: CellInputs, error: unknown): CellResult => {
  const base = skeleton(inputs)
  if (error instanceof KernelBuildError) {
    const found = markKnown(
      [buildFinding(error.message, error.diagnostics)],
      inputs.series.knownFindings,
      inputs.plan.config,
    )
    return { ...base, verdict: 'fail', reason: error.message, findings: [...found] }
  }
  if (error instanceof HostError)
    return { ...base, reason: `${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}` }
  throw error
}

const workloadOf = ({ plan, options }: CellInputs, lanes: readonly Lane[]) => ({
  lanes: lanes.map(({ name, seconds }) => ({ name, seconds: options.durationS ?? seconds })),
  seed: seedOf(options.seed, plan.run),
  windowUs: options.amplify && lanes.some(({ name }) => name === 'race') ? WINDOW_US : 0,
  canary: options.canary,
})

const coverageOf = async (
  { plan, kernel, toolchain, series, openBaseline, dir }: BuiltCell,
  { observation }: Booted,
): Promise<Coverage | undefined> => {
  if (plan.leg !== 'after' || openBaseline === null) return undefined
  await using before = await openBaseline()
  const coverage = await measureCoverage({
    records: observation.testimony.records,
    before: before.dir,
    after: sourceDir(kernel.dir),
    objects: objectDir(kernel.dir),
    prefix: toolchain.prefix,
    touched: series.touches,
  })
  if (coverage) await writeJson(join(dir, 'coverage.json'), coverage)
  return coverage
}

/** Boots a built kernel once and judges it; never throws for what the kernel or QEMU did. */
export const runCell = async (inputs: BuiltCell, context: Context): Promise<CellOutcome> => {
  const { plan, kernel, series, options, dir } = inputs
  const dotConfig = join(objectDir(kernel.dir), '.config')
  await copyFile(dotConfig, join(dir, '.config'))
  const lanes = lanesFor(new Set(parseDotConfig(await readFile(dotConfig, 'utf8')).keys()), options.lanes)
  const booted = await bootCell({ ...inputs, lanes, workload: workloadOf(inputs, lanes) }, context)
  const coverage = await coverageOf(inputs, booted)
  const judgement = judge(booted.observation, lanes, series.knownFindings, plan.config, inputs.buildFindings)
  const cell: CellResult = {
    ...skeleton(inputs),
    lanes: lanes.map(({ name }) => name),
    verdict: judgement.verdict,
    reason: judgement.reason,
    findings: [...judgement.findings],
    evidence: { ...judgement.evidence, patchLines: coverage ? summarise(coverage) : null },
    timings: { treeMs: inputs.treeMs, buildMs: inputs.buildMs, bootMs: booted.bootMs, lanesMs: booted.lanesMs },
    kernel: {
      version: kernel.meta.version,
      key: kernel.meta.key,
      cached: kernel.cached,
      compiled: kernel.cached ? 0 : kernel.meta.compiled,
    },
    commands: { make: [...kernel.meta.makeArgv], qemu: [...booted.argv] },
  }
  return { cell, splats: booted.observation.splats }
}
