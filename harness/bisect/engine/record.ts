// SPDX-License-Identifier: MIT
import type { Context } from '../../model/events.ts'
import type { NextStep } from '../core/decide.ts'
import { shortId } from '../core/graph.ts'
import type { TrialOutcome } from '../core/tallies.ts'
import type { Journal } from '../journal/journal.ts'
import type { RunRecord, Sighting, Symptom } from '../journal/records.ts'
import { isStatic, matches, symptomOf } from '../symptom.ts'
import type { Prepared, TestResult } from '../tester.ts'
import { type State, stateOf } from './state.ts'

/** What every step of a search reports to. */
export interface StepContext extends Pick<Context, 'emit' | 'signal'> {
  readonly journal: Journal
}

/** Which commit is tested, and why. */
export type StepTarget = Pick<NextStep, 'commit' | 'stage' | 'reason'> | Pick<RunRecord, 'commit' | 'stage' | 'reason'>
type StepResult = Pick<RunRecord, 'outcome' | 'why' | 'sightings' | 'image'>
/** Where and how long a step ran. */
export type Rest = Pick<RunRecord, 'run' | 'durationMs' | 'dir' | 'placed'>

/** The time of a journal record. */
export const now = (): string => new Date().toISOString()

// The search is for what the bad end shows first, unless the user has given a symptom.
const settleSymptom = async ({ journal }: StepContext, state: State, commit: string, seen: readonly Sighting[]) => {
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

/** Writes a result to the journal, and reports it. */
const record = async (
  { journal, emit }: StepContext,
  { commit, stage, reason }: StepTarget,
  result: StepResult,
  rest: Rest,
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

/** Writes that the host failed, which is no verdict. */
export const recordFailure = (context: StepContext, target: StepTarget, error: Error): Promise<void> => {
  const result: StepResult = { outcome: 'infra', why: error.message, sightings: [], image: null }
  return record(context, target, result, { run: 0, durationMs: 0, dir: null, placed: null })
}

/** Judges a build and writes it to the journal. */
export const recordBuild = async (
  context: StepContext,
  state: State,
  target: StepTarget,
  prepared: Prepared,
  rest: Omit<Rest, 'run'>,
): Promise<void> => {
  const symptom = await settleSymptom(context, state, target.commit, prepared.sightings)
  await record(context, target, judgeBuild(prepared, symptom), { run: 0, ...rest })
}

// One failed boot may be bad luck of the host; after a second one the kernel counts as unbootable.
const failsAgain = (state: State, commit: string, result: TestResult): boolean =>
  result.kind === 'unbootable' && state.runs.some((run) => run.commit === commit && run.outcome === 'blocked')

/** Judges one run and writes it to the journal. */
export const recordRun = async (
  context: StepContext,
  target: StepTarget,
  tested: TestResult,
  rest: Rest,
): Promise<void> => {
  const state = stateOf(context.journal.records)
  const symptom = await settleSymptom(context, state, target.commit, tested.sightings)
  const result = judgeTest(tested, symptom)
  const outcome = result.outcome === 'blocked' && failsAgain(state, target.commit, tested) ? 'skip' : result.outcome
  await record(context, target, { ...result, outcome }, rest)
}

/** The context of a commit's own messages. */
export const scoped = ({ emit, signal }: StepContext, commit: string): Context => ({
  emit,
  signal,
  scope: shortId(commit),
})

/** The name of a commit's folder. */
export const folderOf = (commit: string): string => shortId(commit).replace(':', '-')

/** Whether the commit was built, or need not be. */
export const isReady = (state: State, commit: string): boolean =>
  state.runs.some((run) => run.commit === commit && run.outcome !== 'infra')

/** The numbers of the next runs of a commit. */
export const nextRuns = (state: State, commit: string, count: number): readonly number[] => {
  const done = new Set(state.runs.filter((one) => one.commit === commit).map(({ run }) => run))
  const next: number[] = []
  for (let nth = 1; next.length < Math.max(1, count); nth++) if (!done.has(nth)) next.push(nth)
  return next
}
