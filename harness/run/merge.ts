// SPDX-License-Identifier: MIT

import { cp, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { exists } from '../lib/files/exists.ts'
import { contentKey } from '../lib/files/hash.ts'
import { EXIT, UsageError } from '../model/errors.ts'
import {
  type Additions,
  archName,
  type CellResult,
  type Exploration,
  legName,
  type PlannedRun,
  type RunResult,
} from '../model/results.ts'
import { strayCells } from '../report/cells.ts'
import { findRunDir } from '../report/load.ts'
import { writeReports } from '../report/write.ts'
import { confirmedBy } from '../verdict/confirm.ts'
import { markDerived } from '../verdict/derived.ts'
import { failureAfter, withExplored } from '../verdict/explored.ts'
import { pairsOf } from '../verdict/pairs.ts'
import { judgeRun } from '../verdict/run.ts'
import { comparer, readRun } from './baseline.ts'
import { joinedBugs } from './bugs.ts'
import { folderOf, namesOf } from './explore/units.ts'
import { writeManifest } from './manifest.ts'
import { placeKey } from './plan/select.ts'
import { cellDir, newRunId, openRunDir, writeResult, writeRun } from './results.ts'

/** One shard's folder and its run. */
export interface ShardRun {
  readonly dir: string
  readonly run: RunResult
}

const OF_SHARDS = ['--shard', '--results', '--part']

/** A command line without the flags that differ between shards. */
export const withoutShard = (command: readonly string[]): readonly string[] =>
  command.filter((word, index) => {
    const own = OF_SHARDS.some((flag) => word === flag || word.startsWith(`${flag}=`))
    return !own && !OF_SHARDS.includes(command[index - 1] ?? '')
  })

const same = (shards: readonly ShardRun[], what: string, value: (run: RunResult) => string): void => {
  const [first, ...others] = shards
  const odd = others.find(({ run }) => value(run) !== value(first!.run))
  if (odd)
    throw new UsageError(
      `${first!.dir} and ${odd.dir} are not shards of one run: ${what} ${value(first!.run)} and ${value(odd.run)}`,
      'merge only runs of the same selection, seed and tree',
    )
}

// Where a file was does not matter; what it held does.
const addedFacts = ({ kconfig, workloads, ...rest }: Additions): string =>
  JSON.stringify([
    kconfig.map(({ text }) => text),
    workloads.map(({ name, args, sha256 }) => [name, args, sha256]),
    Object.entries(rest).sort(),
  ])

const pointsAsked = ({ holds, search, schedule }: Additions): string => {
  if (schedule !== null) {
    const { file: _, ...facts } = schedule
    return `those of the schedule ${schedule.scenario} (${contentKey(JSON.stringify(facts))})`
  }
  if (search) return 'points that it looks for'
  return holds.length === 0 ? 'those of the series' : holds.join('; ')
}

/** What the shards of one run have in common, by what it is about: two values are two kernels, or two tests. */
const factsOf = (cell: CellResult): readonly (readonly [about: string, value: string | undefined])[] => {
  const { tree, series, arch, leg, kernel, lanes, machine, inputs, request } = cell
  const place = [tree, series, arch, cell.config, cell.profile].join(' ')
  const settings = request && [request.durationS, request.amplify, request.canary, request.llvm]
  const added = request && addedFacts(request.added)
  return [
    [`the sources of ${tree}`, inputs?.treeKey],
    [`the patches of ${series} ${leg} on ${tree}`, inputs?.patches.join(', ')],
    [`the compiler for ${arch}`, inputs?.toolchain],
    [`the configuration of ${place}`, inputs?.options ?? undefined],
    [`the kernel of ${place} ${leg}`, kernel.key || undefined],
    [`the lanes of ${place}`, lanes.length === 0 ? undefined : lanes.join(', ')],
    // A cell that never ran had none.
    [`the accelerator of ${place}`, machine || undefined],
    ['the hold points of --hold and --amplify', request ? pointsAsked(request.added) : undefined],
    [`what --workload, --kconfig, --param, --memory, --disk and --signature add on ${arch}`, added ?? undefined],
    ['the length of lanes, amplification, canary and LLVM', settings ? JSON.stringify(settings) : undefined],
  ]
}

const MERGE_HINT = 'merge only runs of one selection, by one zsharness, from the same sources: run the shards again'

interface Placed {
  readonly dir: string
  readonly cell: CellResult
}

const checkFacts = (cells: readonly Placed[]): void => {
  const known = new Map<string, { readonly dir: string; readonly value: string }>()
  for (const { dir, cell } of cells)
    for (const [about, value] of factsOf(cell)) {
      if (value === undefined) continue
      const first = known.get(about)
      if (!first) known.set(about, { dir, value })
      else if (first.dir !== dir && first.value !== value)
        throw new UsageError(
          `${first.dir} and ${dir} differ in ${about}: ${first.value || 'none'} and ${value || 'none'}`,
          MERGE_HINT,
        )
    }
}

// A cell that ended in an error says nothing about its kernel.
const isUnverified = ({ cell }: Placed): boolean => cell.inputs === null && cell.verdict !== 'error'

/** Notes the shards that do not say what their kernels were made from; throws where such shards have legs of one pair. */
const checkVerified = (cells: readonly Placed[]): readonly string[] => {
  const old = cells.filter(isUnverified)
  for (const { dir, cell } of old) {
    const other = cells.find((one) => one.dir !== dir && placeKey(one.cell) === placeKey(cell))
    if (other)
      throw new UsageError(
        `${dir} and ${other.dir} share the pair of ${cell.id}, and ${dir} does not say what its kernels were made from`,
        'it is of an older zsharness: run the shards again',
      )
  }
  const dirs = [...new Set(old.map(({ dir }) => dir))]
  if (dirs.length === 0 || new Set(cells.map(({ dir }) => dir)).size < 2) return []
  return [`not verified: ${dirs.join(', ')} does not say what its kernels were made from (an older zsharness)`]
}

/** Throws unless these are shards of one run; returns what could not be verified. */
const checkShards = (shards: readonly ShardRun[]): readonly string[] => {
  same(shards, 'zsharness', ({ versions }) => versions.zsharness ?? 'of an unknown version')
  same(shards, 'seed', ({ seed }) => seed)
  same(shards, 'amplified', ({ amplified }) => String(amplified))
  same(shards, 'confidence', ({ confidence }) => String(confidence))
  same(shards, 'expected verdict', ({ expect }) => expect)
  same(shards, 'plan', ({ plan }) =>
    plan === null ? 'none' : `${plan.name} of ${plan.cells.length} cells (${contentKey(...plan.cells)})`,
  )
  const planned = shards[0]!.run.plan !== null
  const cells = shards.flatMap(({ dir, run }) => run.cells.map((cell) => ({ dir, cell })))
  for (const [index, { dir, cell }] of cells.entries()) {
    const duplicate = cells.slice(0, index).find((other) => other.cell.id === cell.id)
    if (duplicate) throw new UsageError(`${cell.id} is in ${duplicate.dir} and in ${dir}`, 'give every shard once')
    const [first] = cells
    // The shards of a plan may have a tree each.
    if (planned) continue
    if (first && (first.cell.tree !== cell.tree || first.cell.series !== cell.series))
      throw new UsageError(
        `${first.dir} and ${dir} are not shards of one run: ${first.cell.series} on ${first.cell.tree}, ${cell.series} on ${cell.tree}`,
        'merge only runs of the same selection, seed and tree',
      )
  }
  checkFacts(cells)
  return checkVerified(cells)
}

const joined = (maps: readonly Readonly<Record<string, string>>[]): Record<string, string> => {
  const all = new Map<string, Set<string>>()
  for (const [key, value] of maps.flatMap((map) => Object.entries(map))) {
    const values = all.get(key) ?? new Set()
    all.set(key, values.add(value))
  }
  return Object.fromEntries([...all].map(([key, values]) => [key, [...values].join(', ')]))
}

const sameKernel = (a: string, b: string): boolean => a.replace(/-run\d+$/, '') === b.replace(/-run\d+$/, '')

// The order of a run without shards: that of the plan, else by architecture, config and leg. Shards may split a pair.
const inOrder = (cells: readonly CellResult[], plan: PlannedRun | null): CellResult[] => {
  // A boot that the proof needed follows the first one of its kernel.
  const planned = ({ id }: CellResult): number => plan?.cells.findIndex((name) => sameKernel(name, id)) ?? -1
  if (plan) return [...cells].sort((a, b) => planned(a) - planned(b) || a.run - b.run)
  const configs = [...new Set(cells.map(({ config }) => config))]
  const rank = (cell: CellResult): readonly number[] => [
    archName.options.indexOf(cell.arch),
    configs.indexOf(cell.config),
    legName.options.indexOf(cell.leg),
    cell.run,
  ]
  return [...cells].sort((a, b) => {
    const [x, y] = [rank(a), rank(b)]
    const at = x.findIndex((value, index) => value !== y[index])
    return at < 0 ? 0 : x[at]! - y[at]!
  })
}

const missingNotes = (missing: readonly string[]): readonly string[] =>
  missing.length === 0 ? [] : [`${missing.length} planned cells are in no shard: ${missing.join(', ')}`]

// A failure with the patch contradicts every other answer.
const rankOf = (one: Exploration): number => {
  if (failureAfter(one)) return 0
  if (one.status === 'explored') return 1
  return one.path === null ? 3 : 2
}

/** Of the answers about one code, that which says most. */
const bestOf = (all: readonly Exploration[], code: Exploration): Exploration | undefined =>
  all.filter((one) => isSameCode(one, code)).sort((a, b) => rankOf(a) - rankOf(b))[0]

/** What the shards explored, each code once. */
const explorationsOf = (runs: readonly RunResult[]): readonly Exploration[] => {
  const all = runs.flatMap(({ explorations }) => explorations)
  const kept = all.filter((one) => bestOf(all, one) === one)
  const names = namesOf(kept)
  return kept.map((one, index) => moved({ ...one, name: names[index]! }, kept.length === 1))
}

const isSameCode = (a: Exploration, b: Exploration): boolean =>
  a.tree === b.tree && a.series === b.series && a.config === b.config

/** The same in the folder that it has in the merged run. */
const moved = (one: Exploration, isAlone: boolean): Exploration => {
  if (one.path === null) return one
  const path = folderOf(one.name, isAlone)
  const failures = one.failures.map((failure) => ({
    ...failure,
    schedule: failure.schedule && join(path, relative(one.path!, failure.schedule)),
  }))
  return { ...one, path, failures }
}

/** The run that these shards are parts of; its duration is the sum of theirs. */
export const mergeRuns = (shards: readonly ShardRun[], id: string): RunResult => {
  const unverified = checkShards(shards)
  const runs = shards.map(({ run }) => run)
  const first = runs[0]!
  const all = runs.flatMap((run) => run.cells)
  const cells = inOrder(markDerived(all), first.plan)
  const pairs = pairsOf(cells, first)
  const explorations = explorationsOf(runs)
  const missing = (first.plan?.cells ?? []).filter((name) => !cells.some((cell) => cell.id === name))
  // With a shard missing, the run is incomplete.
  const interrupted = missing.length > 0 || runs.some((run) => run.interrupted)
  const judged = judgeRun(cells, pairs)
  return {
    ...first,
    id,
    ...judged,
    ...(interrupted ? { exitCode: EXIT.interrupted } : {}),
    interrupted,
    accelerator: joined(runs.map(({ accelerator }) => accelerator)),
    versions: joined(runs.map(({ versions }) => versions)),
    startedAt: runs.map(({ startedAt }) => startedAt).sort()[0]!,
    durationMs: runs.reduce((sum, { durationMs }) => sum + durationMs, 0),
    command: [...withoutShard(first.command)],
    pairs: withExplored(pairs, explorations),
    cells,
    explorations: [...explorations],
    notes: [...new Set([...runs.flatMap(({ notes }) => notes), ...missingNotes(missing), ...unverified])].sort(),
    plan: first.plan && { ...first.plan, shard: null },
    corpus: joinedBugs(runs),
    comparison: null,
    schedule: confirmedBy(cells),
  }
}

const loadShard = async (spec: string): Promise<ShardRun> => {
  const dir = await findRunDir(spec)
  const run = await readRun(dir)
  return { dir, run: { ...run, cells: [...run.cells, ...(await strayCells(dir, run.cells))] } }
}

const madeBy = ({ dir, run }: ShardRun, zsharness: string | undefined): ShardRun =>
  zsharness === undefined ? { dir, run } : { dir, run: { ...run, versions: { ...run.versions, zsharness } } }

const copyExplorations = async (shards: readonly ShardRun[], { explorations }: RunResult, dir: string) => {
  const all = shards.flatMap(({ run }) => run.explorations)
  for (const one of explorations) {
    const kept = bestOf(all, one)
    const shard = shards.find(({ run }) => run.explorations.some((other) => other === kept))
    if (one.path === null || !shard) continue
    const from = join(shard.dir, kept!.path!)
    if (await exists(from)) await cp(from, join(dir, one.path), { recursive: true })
  }
}

/** What a merge may be given besides the shards. */
export interface MergeOptions {
  readonly baseline?: string | undefined
  /** The id of the merged run; a new one by default. */
  readonly id?: string
  /** The version of zsharness that is known to have made all shards, whatever they recorded. */
  readonly zsharness?: string | undefined
  /** Completes the merged run, or throws because it cannot be right; nothing is written before. */
  readonly complete?: (run: RunResult) => RunResult
}

/** Merges the folders of shards into a new run folder. */
export const mergeShards = async (
  specs: readonly string[],
  resultsDir: string,
  { baseline, id = newRunId(new Date()), zsharness, complete = (run) => run }: MergeOptions = {},
): Promise<ShardRun> => {
  const compare = await comparer(resultsDir, baseline)
  const shards: ShardRun[] = []
  for (const spec of specs) shards.push(madeBy(await loadShard(spec), zsharness))
  const merged = complete(mergeRuns(shards, id))
  const run = { ...merged, comparison: await compare(merged) }
  const dir = await openRunDir(resultsDir, id)
  for (const shard of shards)
    for (const name of await readdir(join(shard.dir, 'cells')).catch(() => []))
      await cp(join(shard.dir, 'cells', name), cellDir(dir, name), { recursive: true })
  // Of a cell that a cluster ran, its place is known only now.
  for (const cell of run.cells) if (cell.placed !== null) await writeResult(dir, cell)
  await copyExplorations(shards, run, dir)
  const patches = join(shards[0]!.dir, 'patches')
  if (await exists(patches)) await cp(patches, join(dir, 'patches'), { recursive: true })
  for (const shard of shards) {
    // Those of another architecture are other programs.
    const programs = join(shard.dir, 'workloads')
    if (await exists(programs)) await cp(programs, join(dir, 'workloads'), { recursive: true })
  }
  await writeRun(dir, run)
  await writeReports(dir)
  await writeManifest(dir)
  return { dir, run }
}
