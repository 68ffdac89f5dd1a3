// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runCanaries } from '../explore/canaries.ts'
import { withInputs } from '../explore/explore.ts'
import { changedBetween, type ExploreInputs, exploreLeg, type OpenLeg, openLeg } from '../explore/leg.ts'
import type { ExploreRequest } from '../explore/request.ts'
import type { LegResult } from '../explore/result.ts'
import { haveSameCode } from '../explore/samecode.ts'
import type { SearchPlan } from '../explore/search.ts'
import { sourceDir } from '../kernel/layout.ts'
import { writeJson } from '../lib/files/atomic.ts'
import { takeMachine } from '../lib/locks/slots.ts'
import { HostError } from '../model/errors.ts'
import type { Context, Emit } from '../model/events.ts'
import {
  type CorrectCode,
  canariesText,
  type ExploredCanaries,
  type ExploredCase,
  exploredCanaries,
  exploredCase,
  exploredText,
  failedCase,
  isWrong,
} from './explored.ts'
import type { ExplorePlan, ReadyCase, SelftestRequest } from './request.ts'

type Session = Pick<Context, 'emit' | 'signal'>

const SEARCH = { generate: 1, memory: 'sc', points: 'racy', seed: 1 } as const
// A wrong version fails within seconds: the rest is for one that does not, or that few schedules show.
const WRONG = { bound: 2, budgetMs: 60_000 }
// As far as a wrong version, so that what is caught there is known not to fail here.
const CORRECT = { bound: 2, budgetMs: 180_000 }
// What must be silent is walked up to the bound, however busy the host is.
const EQUIVALENT = { bound: 1, budgetMs: 300_000 }

const extentOf = (one: ReadyCase): Pick<SearchPlan, 'bound' | 'budgetMs'> => {
  if (one.type === 'control') return CORRECT
  return isWrong(one) ? WRONG : EQUIVALENT
}

const searchOf = (one: ReadyCase, { scenarios }: ExplorePlan): SearchPlan => ({
  ...SEARCH,
  scenarios,
  ...extentOf(one),
})

const requestOf = (one: ReadyCase, request: SelftestRequest, plan: ExplorePlan, dir: string): ExploreRequest => {
  const { tree, series, settings, command } = request
  const { jobs, cache } = settings
  return {
    ...{ tree, series, extraPatches: [], patchFiles: [], extraPatchFiles: [] },
    ...{ config: one.config, legs: ['after'], jobs, cache, command },
    toolchain: plan.toolchain,
    search: searchOf(one, plan),
    dir: join(dir, 'explored', one.name),
    id: one.name,
    ...(plan.sources === undefined ? {} : { sources: plan.sources }),
  }
}

/** The two source versions of a case: as it is on the correct code, and that code. */
const withBoth = <T>(
  one: ReadyCase,
  asked: ExploreRequest,
  session: Session,
  use: (planted: ExploreInputs, correct: ExploreInputs) => Promise<T>,
): Promise<T> =>
  withInputs(asked, session, (correct) =>
    withInputs({ ...asked, extraPatches: one.patches }, session, (planted) => use(planted, correct)),
  )

interface Searched {
  readonly found: LegResult
  /** Whether its objects have the code of the correct version's. */
  readonly sameCode: boolean
}

const exploreBeside = async (
  asked: ExploreRequest,
  planted: ExploreInputs,
  correct: OpenLeg,
  context: Context,
): Promise<Searched> => {
  await using leg = await openLeg(asked, planted, 'after', context)
  const changed = changedBetween(correct.source.patchedFiles, leg.source.patchedFiles)
  const beforeSrc = correct.objects && sourceDir(correct.objects.dir)
  const found = await exploreLeg(asked, planted, leg, { changed, beforeSrc, failureIsEnough: true }, context)
  const sameCode = leg.objects && correct.objects ? await haveSameCode(leg.objects, correct.objects) : false
  return { found, sameCode }
}

const explore = async (
  one: ReadyCase,
  request: SelftestRequest,
  plan: ExplorePlan,
  dir: string,
  context: Context,
): Promise<Searched> => {
  const asked = requestOf(one, request, plan, dir)
  await mkdir(asked.dir, { recursive: true })
  const onWait = (): void => undefined
  return withBoth(one, asked, context, async (planted, correct) => {
    await using _machine = await takeMachine({ signal: context.signal, onWait })
    await using base = await openLeg({ ...asked, dir: join(asked.dir, 'correct') }, correct, 'after', context)
    return exploreBeside(asked, planted, base, context)
  })
}

// A host that fails once says nothing about the cases that follow.
const orMessage = async <T>(work: () => Promise<T>): Promise<T | string> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof HostError) return error.message
    throw error
  }
}

/** The line of all explorations, in the progress of a self-test. */
export const EXPLORE_SCOPE = 'explore'

/** Which events of an exploration are shown as the one line that stands for all of them. */
const asOneLine =
  (emit: Emit): Emit =>
  (event) => {
    if (event.type === 'note' && event.level === 'warning') emit({ ...event, scope: EXPLORE_SCOPE })
  }

/** What was explored: each case by its name. */
export interface Explored {
  readonly cases: ReadonlyMap<string, ExploredCase>
  readonly canaries: ExploredCanaries | null
}

const runOwnCanaries = async (
  { settings }: SelftestRequest,
  dir: string,
  { signal }: Session,
): Promise<ExploredCanaries> => {
  await using _machine = await takeMachine({ signal, onWait: () => undefined })
  const started = performance.now()
  const ran = await runCanaries({ jobs: settings.jobs, logFile: join(dir, 'explored', 'canaries.log'), signal })
  return exploredCanaries(ran, performance.now() - started)
}

/** Whether a case has code of the kernel to explore: the guest's planted faults have none. */
export const isExplorable = ({ type, canary }: ReadyCase): boolean => type !== 'canary' && canary === null

// What failed was searched nowhere to the end.
const reachedOf = (searched: Searched | string): CorrectCode =>
  typeof searched === 'string' ? [] : searched.found.reached

const caseOf = (one: ReadyCase, { found, sameCode }: Searched, correct: CorrectCode): ExploredCase =>
  exploredCase(one, found, sameCode, correct)

/** Explores the correct code and each version of it, and runs the explorer's own canaries. */
export const exploreCases = async (
  request: SelftestRequest,
  plan: ExplorePlan,
  dir: string,
  session: Session,
): Promise<Explored> => {
  const { emit, signal } = session
  await mkdir(join(dir, 'explored'), { recursive: true })
  const canaries = plan.canaries ? await runOwnCanaries(request, dir, session) : null
  if (canaries) emit({ type: 'note', scope: EXPLORE_SCOPE, level: 'info', text: canariesText(canaries) })
  const cases = new Map<string, ExploredCase>()
  // By config. The controls come first.
  const correct = new Map<string, CorrectCode>()
  const wanted = request.cases.filter(isExplorable)
  for (const [index, one] of wanted.entries()) {
    const detail = `${index + 1} of ${wanted.length}: ${one.name}`
    emit({ type: 'progress', scope: EXPLORE_SCOPE, step: 'explore', fraction: index / wanted.length, detail })
    const context = { emit: asOneLine(emit), signal, scope: one.name }
    const searched = await orMessage(() => explore(one, request, plan, dir, context))
    if (one.type === 'control') correct.set(one.config, reachedOf(searched))
    const found =
      typeof searched === 'string' ? failedCase(searched) : caseOf(one, searched, correct.get(one.config) ?? null)
    cases.set(one.name, found)
    await writeJson(join(dir, 'explored', one.name, 'case.json'), found)
    emit({ type: 'note', scope: EXPLORE_SCOPE, level: 'info', text: `${one.name}: ${exploredText(found)}` })
  }
  return { cases, canaries }
}
