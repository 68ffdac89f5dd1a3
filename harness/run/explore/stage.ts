// SPDX-License-Identifier: MIT
import { cp, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerKey, findAnswer, keepAnswer } from '../../explore/answers.ts'
import { exploreInputs } from '../../explore/explore.ts'
import type { ExploreRequest } from '../../explore/request.ts'
import type { ExploreResult } from '../../explore/result.ts'
import { touchesExplored, whyNotExplorable } from '../../explore/worth.ts'
import { writeExploration } from '../../explore/write.ts'
import { findSandbox } from '../../kernel/sandbox.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { acquireLock } from '../../lib/locks/lock.ts'
import { roomFolder } from '../../lib/locks/room.ts'
import { atNiceness, inForeground, LOW, LOWEST } from '../../lib/process/background.ts'
import { duration } from '../../lib/text/time.ts'
import { InterruptedError } from '../../model/errors.ts'
import type { Context, Event } from '../../model/events.ts'
import type { Exploration } from '../../model/results.ts'
import { failureAfter, UNCONFIRMED, wordOf } from '../../verdict/explored.ts'
import type { PairInputs } from '../inputs.ts'
import { type ExploreAsked, unwrap } from '../request.ts'
import { optionsOf } from '../settings.ts'
import type { RunState } from '../state.ts'
import { evidenceOf, notExplored, saysMore, withoutOptions } from './evidence.ts'
import { type ExploreUnit, folderOf, unitsOf } from './units.ts'

// The written scenarios: a search of generated ones too does not come to its end in this time.
const PLAN = { generate: null, memory: 'sc', points: 'racy', seed: 1 } as const
/** The first is an answer within seconds, and the run waits for it; the second goes deeper while there is time. */
const BOUNDS = [1, 2] as const
// What the builds and guests of a run leave free on a host that is just large enough for them.
const MEMORY_MIB = 512
// Their priority is low, so that a build hardly feels them.
const COMPILERS = 2

const LEGS: readonly string[] = ['before', 'after']

/** The events of an exploration on one line: both legs are steps of it. */
const onLineOf =
  (name: string, emit: Context['emit']): Context['emit'] =>
  (event: Event) => {
    if (!('scope' in event)) return
    const leg = LEGS.includes(event.scope) ? `${event.scope}: ` : ''
    if (event.type === 'cell') emit({ type: 'note', scope: name, level: 'info', text: `${leg}${event.text}` })
    else if (event.type === 'note') emit({ ...event, scope: name, text: `${leg}${event.text}` })
    else if (event.type === 'step' || event.type === 'progress')
      emit({ ...event, scope: name, detail: `${event.scope}${event.detail === undefined ? '' : `: ${event.detail}`}` })
  }

/** The name of a unit's line. */
const lineOf = ({ name }: ExploreUnit): string => `explore-${name}`

interface Work {
  readonly state: RunState
  readonly asked: ExploreAsked
  readonly unit: ExploreUnit
  readonly path: string
  readonly bound: (typeof BOUNDS)[number]
  readonly signal: AbortSignal
}

const requestOf = ({ state, asked, unit, bound }: Work, dir: string): ExploreRequest => {
  const { request, progress } = state
  const { resolved, settings, command } = request
  const { budgetMs, scenarios, toolchain, sources } = asked
  return {
    tree: resolved.trees.get(unit.tree)!,
    series: unwrap(resolved.series.get(unit.series)!),
    extraPatches: resolved.extraPatches,
    patchFiles: settings.patchFiles,
    extraPatchFiles: settings.extraPatchFiles,
    config: unit.config,
    legs: unit.legs,
    toolchain: unwrap(toolchain),
    search: { ...PLAN, bound, scenarios, budgetMs, beside: { memoryMiB: MEMORY_MIB } },
    jobs: Math.min(COMPILERS, settings.jobs),
    processes: 1,
    cache: settings.cache,
    dir,
    id: progress.id,
    command,
    ...(sources === undefined ? {} : { sources }),
  }
}

interface Answer {
  readonly result: ExploreResult
  readonly cached: boolean
}

/** Whether an answer says as much as a whole search to this bound; one that its budget cut off may not. */
const reaches = (result: ExploreResult, bound: number): boolean =>
  result.bound === 'all' ||
  (result.bound !== null && result.bound >= bound) ||
  result.legs.some(({ leg, failures }) => leg === 'after' && failures.length > 0)

/** Answers from the cache, or searches and keeps the answer. Of the runs that share a cache, one searches at a time. */
const answerIn = async (work: Work, inputs: PairInputs, dir: string): Promise<Answer> => {
  const { state, unit, bound, signal } = work
  const request = requestOf(work, dir)
  const note = (text: string) => state.emit({ type: 'note', scope: lineOf(unit), level: 'info', text })
  // The line has its answer when the second search begins.
  const isFirst = bound === BOUNDS[0]
  const emit = isFirst ? onLineOf(lineOf(unit), state.emit) : () => undefined
  const spentOn = state.spentOn(lineOf(unit))
  // They are no parts of the builds, whose phases have the same names.
  const session = { emit, signal, spent: (name: string, ms: number) => spentOn(`explore: ${name}`, ms) }
  // It patches the sources, which the builds of this run wait for too.
  const keyOf = (asked: ExploreRequest) => inForeground(() => answerKey(asked, inputs, session))
  // The deepest that is known: a first answer would only be replaced by it.
  for (const deeper of BOUNDS.filter((one) => one > bound).toReversed()) {
    const asked = requestOf({ ...work, bound: deeper }, dir)
    const found = await findAnswer(asked, await keyOf(asked), (result) => reaches(result, bound))
    if (found) return { result: found, cached: true }
  }
  const key = await keyOf(request)
  const known = await findAnswer(request, key)
  if (known) return { result: known, cached: true }
  const onWait = () => (isFirst ? note('waiting: another run is exploring') : undefined)
  await using _turn = await acquireLock(join(await roomFolder(), 'explore.lock'), { signal, onWait })
  const meanwhile = await findAnswer(request, key)
  if (meanwhile) return { result: meanwhile, cached: true }
  const result = await exploreInputs(request, inputs, session)
  await writeExploration(dir, result)
  await keepAnswer(request, key, result).catch(({ message }: Error) =>
    state.emit({
      type: 'note',
      scope: lineOf(unit),
      level: 'warning',
      text: `the answer is not kept for other runs: ${message}`,
    }),
  )
  return { result, cached: false }
}

/**
 * What the answer is as evidence, with its folder in the run: whole or, while none is, with the logs of what failed.
 * Undefined where the first answer says more.
 */
const answer = async (
  work: Work,
  inputs: PairInputs,
  first: Exploration | undefined,
  sinceMs: () => number,
): Promise<Exploration | undefined> => {
  const { unit, path } = work
  const options = [...optionsOf(inputs.series), ...inputs.kconfig].map(({ file }) => file)
  const dir = join(work.state.progress.dir, path)
  await mkdir(dir, { recursive: true })
  const answerTo = async (folder: string): Promise<Exploration> => {
    const { result, cached } = await answerIn(work, inputs, folder)
    return withoutOptions(evidenceOf(unit, result, { path, cached, answeredMs: sinceMs() }), options)
  }
  if (first === undefined) return answerTo(dir)
  return inTempDir('explored', async (temp) => {
    const found = await answerTo(temp)
    if (!saysMore(found, first)) return undefined
    await cp(temp, dir, { recursive: true })
    return found
  })
}

// The kernels are from a store: a tree only for this would take longer than all boots.
const lacksTree = ({ tree }: PairInputs): boolean => tree.meta.listing === ''
const NO_TREE =
  'the kernels are from the store, and the sources are not here: run zsharness explore, or leave --store out'

/** The exploration of one unit; undefined where the patch is elsewhere, and where the first answer says more. */
const exploreUnit = async (
  work: Work,
  first: Exploration | undefined,
  sinceMs: () => number,
): Promise<Exploration | undefined> => {
  const { state, unit } = work
  const inputs = state.inputs.find(unit)
  if (!inputs || !touchesExplored(inputs)) return undefined
  const why = lacksTree(inputs) ? NO_TREE : await whyNotExplorable(inputs, unit.config)
  if (why !== undefined) return notExplored(unit, why, sinceMs())
  return answer(work, inputs, first, sinceMs)
}

const tell = ({ state, unit }: Pick<Work, 'state' | 'unit'>, one: Exploration): void => {
  const scope = lineOf(unit)
  const failure = failureAfter(one)
  const { emit } = state
  emit({
    type: 'cell',
    scope,
    verdict: wordOf(one),
    text: `${one.reason}${one.cached ? ' (from the cache)' : ''}`,
    aside: failure === undefined,
  })
  if (failure)
    emit({
      type: 'note',
      scope,
      level: 'warning',
      text: `after fails in ${failure.scenario} (${failure.kind}): ${UNCONFIRMED}`,
    })
}

/** What a run explores beside its builds and boots. It changes no verdict: what fails here is told, and the run goes on. */
export class ExploreStage implements AsyncDisposable {
  readonly #state: RunState
  readonly #stop = new AbortController()
  readonly #first: Promise<void>
  readonly #all: Promise<void>
  readonly #started = performance.now()
  #isAnswered = false

  constructor(state: RunState) {
    this.#state = state
    const { explore } = state.request
    // The builds of this run use what it finds: it must not find it at the lowest priority.
    if (explore) void findSandbox().catch(() => undefined)
    this.#first = explore ? atNiceness(LOW, () => this.#exploreAll(explore, BOUNDS[0])) : Promise.resolve()
    this.#all = this.#first.then(async () => {
      this.#isAnswered = true
      if (explore) await atNiceness(LOWEST, () => this.#exploreAll(explore, BOUNDS[1]))
    })
  }

  /** Waits for the first answer, after the verdict, and not longer than its budget. */
  async finish(): Promise<void> {
    const { explore } = this.#state.request
    if (explore && !this.#isAnswered) {
      const text = `the boots are done; waiting for the exploration, at most ${duration(explore.budgetMs)}`
      this.#state.emit({ type: 'note', scope: '', level: 'info', text })
      const timer = new AbortController()
      const over = sleep(explore.budgetMs, undefined, { signal: timer.signal }).catch(() => undefined)
      await Promise.race([this.#first, over])
      timer.abort()
    }
    await this[Symbol.asyncDispose]()
  }

  /** Stops it; nothing of it is left then. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#all
  }

  async #exploreAll(asked: ExploreAsked, bound: Work['bound']): Promise<void> {
    const state = this.#state
    const { pairs } = state.request
    const units = unitsOf(pairs, asked.plan)
    const signal = AbortSignal.any([state.signal, this.#stop.signal])
    const isAlone = asked.plan === pairs && units.length === 1
    for (const unit of units) {
      const work = { state, asked, unit, path: folderOf(unit.name, isAlone), bound, signal }
      // Nothing waits for this promise yet.
      await this.#explore(work).catch((error: Error) => warn(work, error))
    }
  }

  async #explore(work: Work): Promise<void> {
    const { state, unit, bound, signal } = work
    const sinceMs = () => performance.now() - this.#started
    const { explorations } = state.progress
    const at = explorations.findIndex(({ name }) => name === unit.name)
    // The second search adds to an answer; a failure is one that needs no more.
    if (bound !== BOUNDS[0] && (signal.aborted || !goesDeeper(explorations[at]))) return
    const first = bound === BOUNDS[0] ? undefined : explorations[at]
    const found = await exploreUnit(work, first, sinceMs).catch((error: unknown) =>
      failed(work, error as Error, sinceMs()),
    )
    if (!found || state.signal.aborted) return
    const was = explorations[at]
    explorations.splice(at < 0 ? explorations.length : at, 1, found)
    if (was?.reason !== found.reason) tell(work, found)
    await state.progress.save(true)
  }
}

const goesDeeper = (one: Exploration | undefined): boolean =>
  one !== undefined && one.status !== 'not-explored' && failureAfter(one) === undefined

const warn = ({ state, unit }: Work, { message }: Error): void => {
  const text = `the exploration failed, which changes no verdict: ${message}`
  state.emit({ type: 'note', scope: lineOf(unit), level: 'warning', text })
}

/** What is left of an exploration that did not come to its end; undefined where the first answer stands. */
const failed = async (work: Work, error: Error, atMs: number): Promise<Exploration | undefined> => {
  const { state, unit, path, bound, signal } = work
  const wasStopped = signal.aborted || error instanceof InterruptedError
  if (!wasStopped) warn(work, error)
  if (bound !== BOUNDS[0]) return undefined
  // An error may name a log in it.
  if (wasStopped) await rm(join(state.progress.dir, path), { recursive: true, force: true }).catch(() => undefined)
  const why = wasStopped
    ? 'the boots were done before it was, and its time was over'
    : `the exploration failed: ${error.message}`
  return notExplored(unit, why, atMs)
}
