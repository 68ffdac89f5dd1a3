// SPDX-License-Identifier: MIT
import { basename } from 'node:path'
import { archs, findArch } from '../../inputs/arch/index.ts'
import { findPlan, loadPlan, namesThereAre, PLAN_FILE } from '../../inputs/plans/load.ts'
import type { PlanFile, PlanNames } from '../../inputs/plans/schema.ts'
import { isSeriesPath, loadSeriesFile } from '../../inputs/series/load.ts'
import type { Series } from '../../inputs/series/model.ts'
import { NO_SERIES, noSeries } from '../../inputs/series/none.ts'
import type { SeriesFile } from '../../inputs/series/schema.ts'
import { UsageError } from '../../model/errors.ts'
import type { ArchName, Expectation } from '../../model/results.ts'
import type { Format } from '../../progress/format.ts'
import { comparer } from '../../run/baseline.ts'
import { hostCapacity, machinesFor } from '../../run/machines.ts'
import { expectedFrom } from '../../run/plan/expected.ts'
import { fittingShards, githubMatrix, jobsFor } from '../../run/plan/github.ts'
import { ownOfSeries } from '../../run/plan/own.ts'
import { archsOf, type PairPlan, planPairs } from '../../run/plan/pairs.ts'
import { cachedReadings } from '../../run/plan/readings.ts'
import { type AskedValues, leftOutOf, narrowed, placesOf, productsOf } from '../../run/plan/select.ts'
import { inShard } from '../../run/plan/shard.ts'
import { planTable } from '../../run/plan/table.ts'
import { tasksFor } from '../../run/plan/tasks.ts'
import type { Lookup, Resolved, RunRequest } from '../../run/request.ts'
import { floorSeconds } from '../../run/schedule/floor.ts'
import { totalSeconds } from '../../run/schedule/simulate.ts'
import type { RunSettings } from '../../run/settings.ts'
import { readAdded } from '../shared/added.ts'
import { exploreAsked, exploreMsFrom } from '../shared/explored.ts'
import type { HostFlags } from '../shared/host.ts'
import { hostFor } from '../shared/hostfor.ts'
import { emitLava, type LavaFlags, refuseLavaFlags } from '../shared/lava.ts'
import {
  availableToolchains,
  lookUpSeries,
  resolvePatches,
  resolveSeries,
  resolveTrees,
  withSignature,
} from '../shared/resolve.ts'
import { knownSeries } from '../shared/series.ts'
import { executePart, executeRequest, ownCommand } from '../shared/session.ts'
import { legsFrom, namesFrom, runsFrom, type SettingsFlags, settingsFrom, termsFrom } from '../shared/settings.ts'
import { shardCountFrom, shardFrom } from '../shared/shard.ts'
import { asksToSubmit, type SubmitFlags, submitRequest } from '../shared/submit.ts'

/** The flags that select from a plan; the plan decides where there is no flag. */
export interface SelectionFlags extends SettingsFlags {
  readonly arch?: readonly string[]
  readonly tree?: readonly string[]
  readonly series?: readonly string[]
  readonly config?: readonly string[]
  readonly profile?: readonly string[]
  readonly leg?: string
  readonly runs?: string
}

/** The flags of `matrix`, not yet parsed. */
export interface MatrixFlags extends SelectionFlags, HostFlags, LavaFlags, Omit<SubmitFlags, 'jobs'> {
  readonly run?: boolean
  readonly shard?: string
  readonly shards?: string
  readonly emit?: 'github' | 'lava'
  readonly part?: string
  readonly baseline?: string
  readonly explore?: 'on' | 'off'
  readonly exploreBudget?: string
  readonly confidence?: string
  readonly expect?: Expectation
  readonly format?: Format
}

/** The plan with the flags applied: all pairs, of all shards. */
interface Matrix {
  readonly name: string
  readonly pairs: readonly PairPlan[]
  readonly trees: Resolved['trees']
  readonly settings: RunSettings
  /** The series that `--patch` files make, and those of `--series PATH`. */
  readonly own: readonly Series[]
  /** Cells of the plan's file that the flags left out: how many, by series. */
  readonly leftOut: Readonly<Record<string, number>>
}

const axisOfArchs = (asked: readonly string[]): ArchName[] =>
  asked.includes('all') ? archs.map(({ name }) => name) : asked.map((name) => findArch(name).name)

// `all` stands for the folders of patches/ alone.
const seriesFrom = (asked: readonly string[], known: readonly string[]): string[] =>
  namesFrom('series', asked, asked.includes('all') ? known : [...known, NO_SERIES])

/** The values that the flags give, by axis; a UsageError names the first wrong flag. */
export const valuesFrom = (flags: SelectionFlags, names: PlanNames): AskedValues => ({
  ...(flags.tree ? { trees: [...flags.tree] } : {}),
  ...(flags.series ? { series: seriesFrom(flags.series, names.series) } : {}),
  ...(flags.arch ? { archs: axisOfArchs(flags.arch) } : {}),
  ...(flags.config ? { configs: namesFrom('config', flags.config, names.configs) } : {}),
  ...(flags.profile ? { profiles: namesFrom('profile', flags.profile, names.profiles) } : {}),
  ...(flags.leg ? { legs: [...legsFrom(flags.leg)] } : {}),
})

const defaultsOf = ({ lanes, duration, seed }: PlanFile) => ({
  lanes,
  durationS: duration ?? null,
  amplify: true,
  seed: `${seed}`,
})

/** A point of the command line is held whatever the plan says. */
const amplifyFrom = ({ amplify, hold }: SelectionFlags, plan: PlanFile): NonNullable<SelectionFlags['amplify']> =>
  amplify ?? (hold === undefined ? plan.amplify : 'given')

const nameOf = (path: string): string => basename(path).replace(PLAN_FILE, '')

/** The series of `--series PATH`, by path. */
const seriesAt = async (specs: readonly string[], known: readonly string[]): Promise<ReadonlyMap<string, Series>> => {
  const found = new Map<string, Series>()
  for (const spec of specs) {
    if (spec === 'all' || !(await isSeriesPath(spec))) continue
    const series = await knownSeries(spec)
    if (known.includes(series.name) || [...found.values()].some(({ name }) => name === series.name))
      throw new UsageError(
        `--series ${spec}: there is another series with the name ${series.name}`,
        'rename the folder, or run it alone: zsharness run --series PATH',
      )
    found.set(spec, series)
  }
  return found
}

const fromPatches = async (files: readonly string[]): Promise<Owned> => {
  const own = await resolveSeries('', files)
  return { own: [own], asked: { series: [own.name] } }
}

interface Owned {
  readonly own: readonly Series[]
  readonly asked: AskedValues
}

/** The values of the axes, and the series that no name stands for. */
const askedFrom = async (flags: SelectionFlags, names: PlanNames): Promise<Owned> => {
  if (flags.patch !== undefined) {
    const { own, asked } = await fromPatches(flags.patch)
    return { own, asked: { ...valuesFrom(flags, names), ...asked } }
  }
  const byPath = await seriesAt(flags.series ?? [], names.series)
  const own = [...byPath.values()]
  const series = flags.series?.map((spec) => byPath.get(spec)?.name ?? spec)
  const known = { ...names, series: [...names.series, ...own.map(({ name }) => name)] }
  return { own, asked: valuesFrom({ ...flags, ...(series ? { series } : {}) }, known) }
}

type SeriesFiles = ReadonlyMap<string, Lookup<Pick<SeriesFile, 'corpus' | 'applicability' | 'settings'>>>

/** What series.yaml says of each of these; an error is reported by the cells that need it. */
const filesOf = async (own: readonly Series[], names: readonly string[]): Promise<SeriesFiles> => {
  const lookUp = async (name: string): Promise<Lookup<SeriesFile | Series>> => {
    const given = name === NO_SERIES ? noSeries : own.find((one) => one.name === name)
    if (given) return { value: given }
    return loadSeriesFile(name).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
  }
  return new Map(await Promise.all(names.map(async (name) => [name, await lookUp(name)] as const)))
}

/** Reads a plan and applies the flags to it. */
export const matrixFrom = async (spec: string, flags: SelectionFlags): Promise<Matrix> => {
  const names = await namesThereAre()
  const path = await findPlan(spec)
  const plan = await loadPlan(path, names)
  const parsed = settingsFrom({ ...flags, amplify: amplifyFrom(flags, plan) }, defaultsOf(plan))
  const settings = { ...parsed, added: await readAdded(parsed.added) }
  const runs = flags.runs === undefined ? plan.runs : runsFrom(flags.runs)
  const { own, asked } = await askedFrom(flags, names)
  const all = productsOf(plan)
  const products = narrowed(all, asked)
  const trees = resolveTrees(products.flatMap((product) => product.trees))
  const files = await filesOf(own, [...new Set([...all, ...products].flatMap((product) => product.series))])
  const ownOf = ownOfSeries(files)
  const places = placesOf(products, plan.exclude, ownOf)
  const leftOut = leftOutOf(placesOf(all, plan.exclude, ownOf), places)
  return { name: nameOf(path), pairs: planPairs(places, runs), trees, settings, own, leftOut }
}

const withSignatures = (series: Resolved['series'], functions: readonly string[]): Resolved['series'] =>
  new Map(
    [...series].map(([name, one]) => [name, 'value' in one ? { value: withSignature(one.value, functions) } : one]),
  )

const emitJobs = ({ pairs }: Matrix, { shards }: MatrixFlags): void => {
  const of = shards === undefined ? fittingShards(pairs) : shardCountFrom(shards)
  process.stdout.write(githubMatrix(jobsFor(pairs, of)))
}

const withOwn = async (own: readonly Series[], names: readonly string[]): Promise<Resolved['series']> => {
  const others = names.filter((name) => own.every((one) => one.name !== name))
  return new Map([...(await lookUpSeries(others)), ...own.map((value) => [value.name, { value }] as const)])
}

const resolve = async (
  { own, trees, settings }: Matrix,
  pairs: readonly PairPlan[],
  flags: MatrixFlags,
  toolchains: Resolved['toolchains'],
): Promise<Resolved> => ({
  trees,
  series: withSignatures(
    await withOwn(
      own,
      pairs.map(({ series }) => series),
    ),
    settings.added.signature,
  ),
  extraPatches: await resolvePatches(flags.extraPatch),
  toolchains,
})

const print = async (matrix: Matrix, pairs: readonly PairPlan[], flags: MatrixFlags): Promise<void> => {
  const archNames = archsOf(pairs)
  const resolved = await resolve(matrix, pairs, flags, await availableToolchains(archNames, flags.llvm === true))
  const capacity = hostCapacity()
  const { accelerators } = await machinesFor(archNames)
  const { settings } = matrix
  const readings = await cachedReadings(pairs, resolved, settings.cache)
  const expected = await expectedFrom({ pairs, resolved, settings }, accelerators, capacity.cores, readings.of)
  const tasks = tasksFor(pairs, capacity, expected)
  const seconds = { eta: totalSeconds(tasks, capacity), floor: floorSeconds(tasks, capacity) }
  process.stdout.write(
    planTable({ pairs, tasks, build: expected.build, cores: capacity.cores, notes: readings.notes, seconds }),
  )
}

const requestFrom = async (
  matrix: Matrix,
  pairs: readonly PairPlan[],
  flags: MatrixFlags,
  exploreMs: number | undefined,
): Promise<RunRequest> => {
  const { name, settings } = matrix
  const compare = await comparer(settings.resultsDir, flags.baseline)
  const { toolchains, programs } = await hostFor(archsOf(pairs), settings.added, flags)
  const resolved = { ...(await resolve(matrix, pairs, flags, toolchains)), programs }
  const cells = matrix.pairs.flatMap((pair) => pair.cells.map(({ id }) => id))
  const planned = { name, shard: flags.shard ?? null, cells, leftOut: { ...matrix.leftOut } }
  const explore = await exploreAsked(exploreMs, matrix.pairs, flags.llvm === true)
  return {
    ...{ pairs, resolved, settings, explore, terms: termsFrom(flags) },
    ...{ command: ownCommand(), planned, tolerant: true, compare },
  }
}

/** Runs `zsharness matrix`. */
export const matrix = async (spec: string, flags: MatrixFlags): Promise<void> => {
  const shard = flags.shard === undefined ? undefined : shardFrom(flags.shard)
  if (flags.shards !== undefined && flags.emit !== 'github')
    throw new UsageError('--shards needs --emit github', 'add --emit github, or choose one part with --shard I/N')
  const submits = asksToSubmit(flags)
  if (submits && flags.emit !== undefined)
    throw new UsageError('--emit and --submit slurm: print CI jobs, or submit', 'leave one of them out')
  if (flags.emit !== 'lava') refuseLavaFlags(flags)
  const exploreMs = exploreMsFrom(flags)
  const whole = await matrixFrom(spec, flags)
  if (whole.pairs.length === 0)
    throw new UsageError(
      `no cell of plan ${whole.name} is selected`,
      'remove flags that narrow the plan, or exclude less in it; a series of the corpus has cells only where its bug can live',
    )
  const pairs = shard === undefined ? whole.pairs : inShard(whole.pairs, shard)
  if (flags.emit === 'github') return emitJobs(whole, flags)
  if (flags.emit === 'lava') return emitLava(whole.pairs, flags, whole.settings.seed)
  const request = () => requestFrom(whole, pairs, flags, exploreMs)
  if (submits) return submitRequest(await request(), flags)
  if (flags.part !== undefined) return executePart(await request(), flags.part, flags.format)
  if (flags.run) return executeRequest(await request(), flags.format)
  await print(whole, pairs, flags)
}
