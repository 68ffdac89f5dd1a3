// SPDX-License-Identifier: MIT
import { basename, join } from 'node:path'
import { findArch } from '../inputs/arch/index.ts'
import { composeExplored } from '../inputs/kconfig/compose.ts'
import { stateOn } from '../inputs/series/legs.ts'
import type { Legs, Series } from '../inputs/series/model.ts'
import { obtainSource, type SourceMeta } from '../inputs/series/source.ts'
import type { TreeEntry } from '../inputs/tree/model.ts'
import { parseVersion } from '../inputs/tree/version.ts'
import { KernelBuildError } from '../kernel/compile.ts'
import { sourceDir } from '../kernel/layout.ts'
import type { KernelInputs } from '../kernel/model.ts'
import { writeAtomic, writeJson } from '../lib/files/atomic.ts'
import { paths } from '../lib/paths.ts'
import { inPhase } from '../lib/phase.ts'
import { many } from '../lib/text/number.ts'
import type { Context } from '../model/events.ts'
import type { LegName } from '../model/results.ts'
import { CannotExploreError } from './cannot.ts'
import { obtainExplorer, programOf } from './explorer.ts'
import { describeFrontier, reachedBy } from './frontier.ts'
import { type PatchLines, patchLines } from './lines.ts'
import { type Objects, objectsKey, obtainObjects } from './objects.ts'
import { allExecuted, type ExplorerRecord, type RawFailure, type Testimony } from './records.ts'
import { hashesOf, hashesOfSeries, replayFile } from './replayfile.ts'
import type { ExploreRequest } from './request.ts'
import type { FoundFailure, LegResult } from './result.ts'
import { type Enough, search } from './search.ts'
import { showBug, type Told, tellFailures } from './tell.ts'

/** A tree with the patches of both legs. */
export interface ExploreInputs {
  readonly tree: TreeEntry
  readonly series: Series
  readonly legs: Legs
}

/** Files that differ between the legs. */
export const changedBetween = (
  before: SourceMeta['patchedFiles'],
  after: SourceMeta['patchedFiles'],
): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((file) => before[file] !== after[file]).sort()

/** Those of the files that the explored objects are made of; a header is where its users are. */
export const isExplored = (file: string, objects: readonly string[]): boolean =>
  file.endsWith('.h') || objects.includes(file.replace(/\.c$/, '.o'))

// A text changes no code.
const isCode = (file: string): boolean => !/^Documentation\/|\.(?:rst|txt)$|^(?:MAINTAINERS|CREDITS)$/.test(file)

const sourcesOf = async (
  request: ExploreRequest,
  { tree, series, legs }: ExploreInputs,
  leg: LegName,
  context: Context,
) =>
  obtainSource(tree, legs[leg], {
    cache: request.cache,
    context,
    state: stateOn(series, tree.meta.version),
  })

const objectInputs = async (
  { config, toolchain }: ExploreRequest,
  { tree }: ExploreInputs,
  { listing, patchedFiles }: SourceMeta,
): Promise<KernelInputs> => {
  const { version, listing: treeListing } = tree.meta
  return {
    version,
    arch: findArch('x86_64'),
    toolchain,
    wanted: await composeExplored(config, parseVersion(version)!),
    makeVariables: [],
    source: { listing, treeListing, patchedFiles },
  }
}

const objectsOf = async (
  request: ExploreRequest,
  inputs: ExploreInputs,
  source: SourceMeta,
  leg: LegName,
  context: Context,
): Promise<Objects> => {
  const { cache, jobs, dir } = request
  const logFile = join(dir, leg, 'build.log')
  return obtainObjects(await objectInputs(request, inputs, source), { cache, jobs, logFile }, context)
}

/** What the objects of a leg are known by, made or not. */
export const keyOfLeg = async (
  request: ExploreRequest,
  inputs: ExploreInputs,
  leg: LegName,
  context: Context,
): Promise<string> => {
  await using source = await sourcesOf(request, inputs, leg, context)
  return objectsKey(await objectInputs(request, inputs, source.meta))
}

const timed = async <T>(work: () => Promise<T>): Promise<readonly [T, number]> => {
  const started = performance.now()
  return [await work(), Math.round(performance.now() - started)]
}

interface Searched {
  readonly shards: readonly Testimony[]
  /** When each failure was found, in milliseconds from the start. */
  readonly foundMs: ReadonlyMap<RawFailure, number>
}

/** Searches, and says meanwhile how far it is. */
const searchWith = async (request: ExploreRequest, leg: LegName, told: Told, context: Context): Promise<Searched> => {
  const { budgetMs, beside, bound } = request.search
  const started = performance.now()
  const foundMs = new Map<RawFailure, number>()
  let done = 0
  let schedules = 0
  let all = Number.POSITIVE_INFINITY
  const onRecord = (record: ExplorerRecord): void => {
    if (record.type === 'failure') foundMs.set(record, performance.now() - started)
    if (record.type === 'plan') all = record.scenarios.length * ((bound ?? 0) + 1)
    if (record.type !== 'scenario') return
    done++
    schedules += record.schedules
    const at = record.bound === null ? 'no bound' : `bound ${record.bound}`
    context.emit({
      type: 'progress',
      scope: context.scope,
      step: 'explore',
      fraction: Math.min(1, beside ? done / all : (performance.now() - started) / budgetMs),
      detail: `${many(schedules, 'schedule')}, ${at}, ${done} walked`,
    })
  }
  // Without the patch, another failure must not hide the bug. With it, one failure is enough.
  const enough: Enough = leg === 'before' ? async (failure) => (await showBug([failure], told))[0]! : 'first'
  const runner = { program: told.program, signal: context.signal, onRecord }
  return { shards: await search(request.search, enough, request.processes ?? request.jobs, runner), foundMs }
}

const NOTHING = {
  objects: [],
  models: [],
  frontier: 'not explored',
  reached: [],
  schedules: 0,
  states: 0,
  failures: [],
  patchLines: null,
  unexplored: [],
  timings: { objectsMs: 0, explorerMs: 0, searchMs: 0, readMs: 0 },
  cached: false,
  makeArgv: [],
} satisfies Partial<LegResult>

/** A leg that was not explored, and why. Other errors are thrown. */
const unexploredLeg = (leg: LegName, error: unknown): LegResult => {
  const base = { leg, ...NOTHING }
  if (error instanceof CannotExploreError) return { ...base, status: 'cannot', reason: error.message }
  if (error instanceof KernelBuildError) return { ...base, status: 'unbuilt', reason: error.message }
  throw error
}

/** What is known of the legs' sources, and of the objects of the other one. */
export interface Pair {
  readonly changed: readonly string[]
  /** The source without the patch; undefined when its objects were not made. */
  readonly beforeSrc: string | undefined
  /** Whether a failure is all that is asked for: then its lines are not looked up. */
  readonly failureIsEnough?: boolean
}

const sum = (shards: readonly Testimony[], of: 'schedules' | 'states'): number =>
  shards.flatMap(({ walked }) => walked).reduce((total, one) => total + one[of], 0)

/** What `--series` takes for this series: one elsewhere is found by its folder only. */
export const seriesSpec = ({ name, dir }: Series): string =>
  dir === undefined || dir.startsWith(`${paths.patches}/`) ? name : dir

const keepFailure = async (
  request: ExploreRequest,
  leg: LegName,
  found: Omit<FoundFailure, 'file' | 'foundMs'>,
  nth: number,
  explorer: string,
): Promise<string> => {
  const file = join(leg, `failure-${nth}.schedule.json`)
  const { scenario, scenarioText, schedule, kind, text, stack, isBug, holds } = found
  const { tree, series, extraPatches, patchFiles, extraPatchFiles, config, toolchain, search: asked } = request
  await writeJson(
    join(request.dir, file),
    replayFile({
      ...{ scenario, scenarioText, schedule, memory: asked.memory, leg, tree: tree.text, config },
      series: seriesSpec(series),
      llvm: toolchain.llvm,
      patchFiles: [...patchFiles],
      extraPatchFiles: [...extraPatchFiles],
      patches: hashesOfSeries(series),
      extraPatches: hashesOf(extraPatches),
      explorer,
      failure: { kind, text, stack: stack.map((place) => place.function), isBug },
      holds,
    }),
  )
  return file
}

const MOST_TOLD = 5
const MOST_STEPS = 1_000_000

/** The failures that are told: the bug first, and what no model is part of; then what is shortest to read. */
const chooseFailures = async (shards: readonly Testimony[], told: Told): Promise<readonly RawFailure[]> => {
  const all = shards.flatMap((shard) => shard.failures)
  const isBug = await showBug(all, told)
  const ranked = all.map((raw, index) => ({
    raw,
    rank: (isBug[index] ? 0 : raw.model ? 2 : 1) * MOST_STEPS + raw.steps.length,
  }))
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_TOLD)
    .map(({ raw }) => raw)
}

const toldFailures = async (
  request: ExploreRequest,
  leg: LegName,
  { shards, foundMs }: Searched,
  told: Told,
  explorer: string,
): Promise<LegResult['failures']> => {
  const raw = await chooseFailures(shards, told)
  const failures: LegResult['failures'] = []
  for (const [index, found] of (await tellFailures(raw, told)).entries()) {
    const file = await keepFailure(request, leg, found, index + 1, explorer)
    failures.push({ ...found, file, foundMs: foundMs.get(raw[index]!) ?? null })
  }
  return failures
}

const linesOf = (
  objects: Objects,
  names: readonly string[],
  program: string,
  { changed, beforeSrc }: Pair,
  shards: readonly Testimony[],
  signal: AbortSignal,
): Promise<PatchLines> | null => {
  if (beforeSrc === undefined) return null
  return patchLines({
    program,
    kernel: objects,
    objects: names,
    before: beforeSrc,
    signal,
    files: changed.filter((file) => isCode(file) && isExplored(file, names)),
    executed: allExecuted(shards.map(({ executed }) => executed)),
  })
}

const keepRecords = (request: ExploreRequest, leg: LegName, shards: readonly Testimony[]): Promise<void> =>
  writeAtomic(
    join(request.dir, leg, 'walked.jsonl'),
    shards.flatMap(({ walked }) => walked.map((one) => `${JSON.stringify(one)}\n`)).join(''),
  )

const step = (
  { emit, scope }: Context,
  name: 'objects' | 'explore',
  state: 'start' | 'done' | 'cached',
  detail?: string,
) => emit({ type: 'step', scope, step: name, state, ...(detail === undefined ? {} : { detail }) })

const exploreObjects = async (
  request: ExploreRequest,
  inputs: ExploreInputs,
  leg: LegName,
  objects: Objects,
  pair: Pair,
  objectsMs: number,
  context: Context,
): Promise<LegResult> => {
  const { cache, jobs, toolchain, dir, sources } = request
  const logFile = join(dir, leg, 'explorer.log')
  const options = { cache, jobs, logFile, ...(sources === undefined ? {} : { sources }) }
  const [explorer, explorerMs] = await timed(() =>
    inPhase(context, 'link', () => obtainExplorer(objects, toolchain, options, context)),
  )
  await using held = explorer
  const program = programOf(held)
  const names = Object.keys(objects.meta.objects).filter((name) => !held.meta.modelled.includes(name))
  const told = {
    ...{ program, src: sourceDir(objects.dir), series: inputs.series },
    ...{ touched: pair.changed, hasLines: leg === 'before' },
  }
  step(context, 'explore', 'start')
  const [searched, searchMs] = await timed(() =>
    inPhase(context, 'search', () => searchWith(request, leg, told, context)),
  )
  const { shards } = searched
  await keepRecords(request, leg, shards)
  const [[failures, lines], readMs] = await timed(async () => {
    const failures = await toldFailures(request, leg, searched, told, held.meta.key)
    const isAsked = leg === 'after' && !(pair.failureIsEnough && failures.length > 0)
    const lines = isAsked ? await linesOf(objects, names, program, pair, shards, context.signal) : null
    return [failures, lines] as const
  })
  const reached = reachedBy(shards)
  const frontier = describeFrontier(reached)
  const [first] = failures
  const reason = first ? `${first.kind} in ${first.scenario}` : frontier
  step(context, 'explore', 'done', reason)
  return {
    leg,
    status: first ? 'failed' : 'searched',
    reason,
    objects: names,
    models: [...held.meta.models],
    frontier,
    reached: [...reached],
    schedules: sum(shards, 'schedules'),
    states: sum(shards, 'states'),
    failures,
    patchLines: lines?.files.map((file) => ({ file: file.file, lines: [...file.lines] })) ?? null,
    unexplored: [
      ...pair.changed.filter((file) => isCode(file) && !isExplored(file, names)),
      ...(lines?.unexplored ?? []),
    ],
    timings: { objectsMs, explorerMs, searchMs, readMs },
    cached: objects.cached,
    makeArgv: [...objects.meta.makeArgv],
  }
}

/** A leg under way: its source and, where they could be made, its objects. */
export interface OpenLeg extends AsyncDisposable {
  readonly leg: LegName
  readonly source: SourceMeta
  readonly objects: Objects | undefined
  /** Why there are none. */
  readonly failed: LegResult | undefined
  readonly objectsMs: number
}

/** Makes the objects of a leg. */
export const openLeg = async (
  request: ExploreRequest,
  inputs: ExploreInputs,
  leg: LegName,
  context: Context,
): Promise<OpenLeg> => {
  const source = await inPhase(context, 'patch', () => sourcesOf(request, inputs, leg, context))
  step(context, 'objects', 'start')
  const made = await timed(() => objectsOf(request, inputs, source.meta, leg, context)).catch((error: unknown) => {
    if (error instanceof CannotExploreError || error instanceof KernelBuildError) return error
    return source[Symbol.asyncDispose]().then(() => {
      throw error
    })
  })
  const [objects, objectsMs] = made instanceof Error ? [undefined, 0] : made
  if (objects)
    step(context, 'objects', objects.cached ? 'cached' : 'done', `${many(objects.meta.compiled, 'object')} compiled`)
  return {
    leg,
    source: source.meta,
    objects,
    failed: made instanceof Error ? unexploredLeg(leg, made) : undefined,
    objectsMs,
    [Symbol.asyncDispose]: async () => {
      await objects?.[Symbol.asyncDispose]()
      await source[Symbol.asyncDispose]()
    },
  }
}

/** Explores a leg whose objects are made. */
export const exploreLeg = async (
  request: ExploreRequest,
  inputs: ExploreInputs,
  { leg, objects, failed, objectsMs }: OpenLeg,
  pair: Pair,
  context: Context,
): Promise<LegResult> => {
  if (!objects) return failed!
  try {
    return await exploreObjects(request, inputs, leg, objects, pair, objectsMs, context)
  } catch (error) {
    return { ...unexploredLeg(leg, error), objects: Object.keys(objects.meta.objects).map((name) => basename(name)) }
  }
}
