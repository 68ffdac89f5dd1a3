// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { measureHostTicksKHz } from '../../guest/ticks.ts'
import { findArch } from '../../inputs/arch/index.ts'
import { holdsOn } from '../../inputs/series/legs.ts'
import type { Patch } from '../../inputs/series/model.ts'
import { versionOfMakefile } from '../../inputs/tree/kernel.ts'
import type { TreeEntry } from '../../inputs/tree/model.ts'
import { obtainTree } from '../../inputs/tree/tree.ts'
import { KernelBuildError } from '../../kernel/compile.ts'
import type { Kernel } from '../../kernel/model.ts'
import { machineSeats } from '../../lib/locks/slots.ts'
import { HostError } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import type { CellResult, Finding } from '../../model/results.ts'
import { runCell } from '../../run/cell.ts'
import { kernelOf } from '../../run/kernels.ts'
import type { CellPlan } from '../../run/plan/pairs.ts'
import { buildFinding, newWarnings } from '../../verdict/warnings.ts'
import { chooseAccelerator } from '../../vm/accel.ts'
import { treeDiff } from '../git/compose.ts'
import { git } from '../git/repo.ts'
import type { Sighting } from '../journal/records.ts'
import type { KernelSetup } from '../request.ts'
import type { Sources } from '../sources.ts'
import type { Tester, TestResult } from '../tester.ts'
import { holdsForHistory, withoutPoint } from './holds.ts'
import { objectCode } from './objectcode.ts'

/** The kernel that a bisection tests, and what it is compared with. */
export interface KernelTesterOptions extends KernelSetup {
  /** The commit whose tree is unpacked; each step is built as a patch on top of it. */
  readonly base: string
  /** Compare compiler warnings with the base commit's. */
  readonly warnings: boolean
}

const sightingOf = ({ kind, title, oracle, signature, bucket }: Finding): Sighting => ({
  kind,
  title,
  oracle,
  signature,
  bucket,
})

const unknownFindings = (findings: readonly Finding[]): readonly Sighting[] =>
  findings.filter(({ known }) => !known).map(sightingOf)

/** The result of one boot, from its cell. */
const resultOf = (cell: CellResult): TestResult => {
  if (cell.verdict === 'error') throw new HostError(cell.reason)
  const sightings = unknownFindings(cell.findings)
  if (cell.evidence.cpusOnline === 0) return { kind: 'unbootable', why: cell.reason, sightings }
  const finished = cell.lanes.length > 0 && cell.lanes.every((lane) => cell.evidence.lanesRun.includes(lane))
  return { kind: finished && cell.verdict !== 'inconclusive' ? 'complete' : 'incomplete', why: cell.reason, sightings }
}

const stepPatch = (id: string, text: string): Patch => ({
  file: `${id}.patch`,
  subject: id,
  sha256: createHash('sha256').update(text).digest('hex'),
  text,
  firstLine: 0,
  reverse: false,
})

class KernelTester implements Tester {
  readonly #sources: Sources
  readonly #setup: KernelTesterOptions
  readonly #tree: TreeEntry
  readonly #hostTicksKHz: number | null
  readonly #stop = new AbortController()
  #ahead: Promise<void> = Promise.resolve()
  readonly #plan: Omit<CellPlan, 'id' | 'run'>

  constructor(sources: Sources, setup: KernelTesterOptions, tree: TreeEntry, hostTicksKHz: number | null) {
    this.#sources = sources
    // Without coverage: its counters make object code depend on line numbers.
    const hold = [...holdsForHistory(holdsOn(setup.series, tree.meta.version))]
    this.#setup = { ...setup, series: { ...setup.series, touches: [], hold } }
    this.#tree = tree
    this.#hostTicksKHz = hostTicksKHz
    const { arch, config, profile, series } = setup
    this.#plan = { tree: tree.meta.spec, series: series.name, arch, config, profile, leg: 'before' }
  }

  readonly prepare: Tester['prepare'] = async (id, { dir }, context) => {
    try {
      await using kernel = await this.#kernel(id, join(dir, 'build.log'), context)
      const sightings = this.#setup.warnings ? await this.#newWarnings(kernel, dir, context) : []
      const why = kernel.cached ? 'built before' : `${kernel.meta.compiled} objects compiled`
      return { kind: 'ready', image: await objectCode(kernel, this.#setup.toolchain), why, sightings }
    } catch (error) {
      if (!(error instanceof KernelBuildError)) throw error
      const sightings = [sightingOf(buildFinding(error.message, error.diagnostics))]
      return { kind: 'unbuildable', why: error.message, sightings }
    }
  }

  // One build at a time, in a VM seat that is free. An error is ignored here: the commit's own step reports it.
  readonly ahead: NonNullable<Tester['ahead']> = (ids, { dir }, context) => {
    if (machineSeats() < 2) return
    const quiet: Context = { ...context, emit: () => undefined, signal: this.#stop.signal }
    this.#ahead = this.#ahead.then(async () => {
      for (const id of ids) {
        if (context.signal.aborted || this.#stop.signal.aborted) return
        await this.#kernel(id, join(dir, `${id}.log`), quiet, true)
          .then((kernel) => kernel[Symbol.asyncDispose]())
          .catch(() => undefined)
      }
    })
  }

  readonly run: Tester['run'] = async (id, nth, { dir }, context) => {
    await using kernel = await this.#kernel(id, join(dir, 'build.log'), context)
    const { arch, series, settings, toolchain } = this.#setup
    const ran = await runCell(
      {
        plan: { ...this.#plan, id: id.replace(':', '-'), run: nth },
        series,
        settings,
        toolchain,
        accelerator: await chooseAccelerator(findArch(arch)),
        hostTicksKHz: this.#hostTicksKHz,
        treeMs: 0,
        seriesPath: null,
        sources: null,
        programs: this.#setup.programs ?? [],
        derives: false,
        dir,
        kernel,
        buildMs: 0,
        buildFindings: [],
        builtOracles: [],
        objects: [],
        withBaseline: null,
        touched: [],
        withOther: null,
        otherDir: null,
        bundle: null,
        beforeDir: null,
      },
      context,
    ).catch(withoutPoint)
    return 'cell' in ran ? resultOf(ran.cell) : ran
  }

  async #newWarnings(kernel: Kernel, dir: string, context: Context): Promise<readonly Sighting[]> {
    await using base = await this.#kernel(this.#setup.base, join(dir, 'base.log'), context)
    return newWarnings(base.meta.diagnostics, kernel.meta.diagnostics).map(sightingOf)
  }

  async #kernel(id: string, logFile: string, context: Context, inSeat = false): Promise<Kernel> {
    const { repo } = this.#sources
    const { tree } = await this.#sources.of(id)
    const version = versionOfMakefile(await git(repo, ['cat-file', 'blob', `${tree}:Makefile`]))
    const diff = await treeDiff(repo, this.#setup.base, tree)
    const meta = { ...this.#tree.meta, version: version ?? this.#tree.meta.version }
    const before = diff === '' ? [] : [stepPatch(id, diff)]
    const legs = { before, after: [] }
    const { series, toolchain, settings } = this.#setup
    const { cache, jobs } = settings
    const { kconfig } = settings.added
    const inputs = { series, legs, tree: { ...this.#tree, meta }, kconfig }
    return kernelOf(inputs, this.#plan, toolchain, { cache, jobs, logFile, inSeat }, context)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#ahead
    await this.#tree[Symbol.asyncDispose]()
  }
}

/** Builds the kernel of each commit from the objects of its neighbours, and boots it like a cell of `run`. */
export const kernelTester = async (sources: Sources, setup: KernelTesterOptions, context: Context): Promise<Tester> => {
  const arch = findArch(setup.arch)
  const { dir } = sources.repo
  const tree = await obtainTree(
    { kind: 'git', text: `git:${dir}#${setup.base}`, url: dir, ref: setup.base },
    { cache: setup.settings.cache, context },
  )
  const emulated = (await chooseAccelerator(arch)) === 'tcg'
  const ticks = emulated && arch.clockParameters !== null ? await measureHostTicksKHz() : null
  return new KernelTester(sources, setup, tree, ticks)
}
