// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HostError, InterruptedError, UsageError } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import type { NextStep } from '../core/decide.ts'
import { shortId } from '../core/graph.ts'
import type { TrialOutcome } from '../core/tallies.ts'
import type { Journal } from '../journal/journal.ts'
import type { RunRecord, Sighting, Symptom } from '../journal/records.ts'
import { isStatic, matches, symptomOf } from '../symptom.ts'
import type { Prepared, Tester, TestResult } from '../tester.ts'
import { type State, stateOf } from './state.ts'

/** What every step of a search works with. */
export interface SearchContext extends Pick<Context, 'emit' | 'signal'> {
  readonly journal: Journal
  readonly tester: Tester
  /** Pauses before the retries after a host failure. */
  readonly retryMs: readonly number[]
}

type StepTarget = Pick<NextStep, 'commit' | 'stage' | 'reason'> | Pick<RunRecord, 'commit' | 'stage' | 'reason'>
type StepResult = Pick<RunRecord, 'outcome' | 'why' | 'sightings' | 'image'>

/** The time of a journal record. */
export const now = (): string => new Date().toISOString()

// The search is for what the bad end shows first, unless the user has given a symptom.
const settleSymptom = async ({ journal }: SearchContext, state: State, commit: string, seen: readonly Sighting[]) => {
  if (state.symptom !== null) return state.symptom
  const symptom = commit === state.start.ends.bad ? symptomOf(seen) : undefined
  if (symptom) await journal.add({ t: 'symptom', at: now(), symptom })
  return symptom ?? null
}

const judgeBuild = (prepared: Prepared, symptom: Symptom | null): StepResult => {
  const { why, sightings } = prepared
  const shown = symptom !== null && sightings.some((seen) => matches(symptom, seen))
  const base = { why, sightings: [...sightings] }
  if (shown && isStatic(symptom)) return { ...base, outcome: 'bad', image: null }
  if (prepared.kind === 'unbuildable') return { ...base, outcome: 'skip', image: null }
  const clean = symptom !== null && isStatic(symptom)
  return { ...base, outcome: clean ? 'clean' : 'built', image: prepared.image }
}

const WITHOUT_SYMPTOM: Readonly<Record<TestResult['kind'], TrialOutcome>> = {
  complete: 'clean',
  incomplete: 'blocked',
  unbootable: 'blocked',
  untestable: 'skip',
}

/** Whether one run shows the symptom. */
export const judgeTest = ({ kind, why, sightings }: TestResult, symptom: Symptom | null): StepResult => {
  const shown = symptom !== null && sightings.find((seen) => matches(symptom, seen))
  const base = { sightings: [...sightings], image: null }
  return shown ? { ...base, outcome: 'bad', why: shown.title } : { ...base, outcome: WITHOUT_SYMPTOM[kind], why }
}

const VERDICT: Readonly<Record<TrialOutcome, string>> = {
  bad: 'fail',
  clean: 'pass',
  blocked: 'inconclusive',
  skip: 'inconclusive',
  infra: 'error',
  built: 'built',
}

const record = async (
  { journal, emit }: SearchContext,
  { commit, stage, reason }: StepTarget,
  result: StepResult,
  rest: Pick<RunRecord, 'run' | 'durationMs' | 'dir'>,
): Promise<void> => {
  await journal.add({ t: 'run', at: now(), commit, stage, reason, ...result, ...rest })
  if (result.outcome === 'built') return
  emit({
    type: 'cell',
    scope: shortId(commit),
    verdict: VERDICT[result.outcome],
    text: `${result.outcome}: ${result.why}`,
  })
}

/** Retries after a host failure; each failure is recorded and reported, none is a verdict. */
const withRetries = async <T>(context: SearchContext, target: StepTarget, work: () => Promise<T>): Promise<T> => {
  const { signal, retryMs } = context
  for (let failures = 0; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) throw new InterruptedError()
      if (!(error instanceof HostError) || failures >= retryMs.length) throw error
      const result: StepResult = { outcome: 'infra', why: error.message, sightings: [], image: null }
      await record(context, target, result, { run: 0, durationMs: 0, dir: null })
      await sleep(retryMs[failures], undefined, { signal }).catch(() => {
        throw new InterruptedError()
      })
    }
  }
}

const stepDir = async ({ journal }: SearchContext, commit: string, name: string) => {
  const below = join('steps', shortId(commit).replace(':', '-'), name)
  const dir = join(journal.dir, below)
  await mkdir(dir, { recursive: true })
  return { below, dir }
}

const scoped = ({ emit, signal }: SearchContext, commit: string): Context => ({ emit, signal, scope: shortId(commit) })

const build = async (context: SearchContext, state: State, target: StepTarget): Promise<void> => {
  const { commit } = target
  const { below, dir } = await stepDir(context, commit, 'build')
  const started = performance.now()
  const prepare = () => context.tester.prepare(commit, { dir }, scoped(context, commit))
  const prepared = await withRetries(context, target, prepare).catch((error: unknown): Prepared => {
    // A missing option or a patch that does not apply is a problem of this commit and does not end the search.
    if (error instanceof UsageError) return { kind: 'unbuildable', why: error.message, sightings: [] }
    throw error
  })
  const symptom = await settleSymptom(context, state, commit, prepared.sightings)
  const rest = { run: 0, durationMs: performance.now() - started, dir: below }
  await record(context, target, judgeBuild(prepared, symptom), rest)
}

// One failed boot may be bad luck of the host; after a second one the kernel counts as unbootable.
const failsAgain = (state: State, commit: string, result: TestResult): boolean =>
  result.kind === 'unbootable' && state.runs.some((run) => run.commit === commit && run.outcome === 'blocked')

const runOnce = async (context: SearchContext, state: State, target: StepTarget, nth: number): Promise<void> => {
  const { tester, journal } = context
  const { commit } = target
  const { below, dir } = await stepDir(context, commit, `run${nth}`)
  const started = performance.now()
  const tested = await withRetries(context, target, () => tester.run(commit, nth, { dir }, scoped(context, commit)))
  const symptom = await settleSymptom(context, stateOf(journal.records, state.graph), commit, tested.sightings)
  const result = judgeTest(tested, symptom)
  const outcome = result.outcome === 'blocked' && failsAgain(state, commit, tested) ? 'skip' : result.outcome
  const rest = { run: nth, durationMs: performance.now() - started, dir: below }
  await record(context, target, { ...result, outcome }, rest)
}

const isReady = (state: State, commit: string): boolean =>
  state.runs.some((run) => run.commit === commit && run.outcome !== 'infra')

/** Builds the commit, or runs it: as many runs at once as the tester allows and the step needs. */
export const takeStep = async (
  context: SearchContext,
  state: State,
  target: StepTarget,
  runs: number,
): Promise<void> => {
  if (!isReady(state, target.commit)) return build(context, state, target)
  const done = state.runs.filter(({ commit, run }) => commit === target.commit && run > 0).length
  const wave = Array.from({ length: Math.max(1, Math.min(runs, context.tester.seats)) }, (_, i) => done + 1 + i)
  const ended = await Promise.allSettled(wave.map((nth) => runOnce(context, state, target, nth)))
  const failed = ended.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
}
