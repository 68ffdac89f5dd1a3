// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { InterruptedError } from '../../model/errors.ts'
import { type Decision, decide, type NextStep, type SearchEnd } from '../core/decide.ts'
import { shortId } from '../core/graph.ts'
import { cleanRunsFor, PRIOR_ALWAYS } from '../core/rate.ts'
import type { Trial } from '../core/tallies.ts'
import type { Proof } from '../journal/records.ts'
import { now, type StepTarget } from './record.ts'
import { type RemoteContext, sendStep } from './sent.ts'
import { type State, stateOf } from './state.ts'
import { type LocalContext, takeStep } from './step.ts'

/** What a search works with: a tester on this machine, or on others. */
export type SearchContext = LocalContext | RemoteContext

const take = (context: SearchContext, state: State, target: StepTarget, runs: number): Promise<void> =>
  'remote' in context ? sendStep(context, state, target, runs) : takeStep(context, state, target)

const next = ({ graph, trials, settings }: State, more: readonly Trial[] = []): Decision =>
  decide(graph, [...trials, ...more], settings)

/** The commits that the search would test after either answer for this one. */
const candidates = (state: State, commit: string): readonly string[] => {
  const answers = (['bad', 'clean'] as const).map((outcome) => next(state, [{ commit, outcome }]))
  const wanted = answers.flatMap((decision) => ('step' in decision ? [decision.step.commit] : []))
  return [...new Set(wanted)].filter((id) => id !== commit && !state.runs.some((run) => run.commit === id))
}

const announce = ({ emit }: SearchContext, { graph }: State, { commit, runs, stage, reason }: NextStep): void => {
  const subject = graph.commits[graph.indexOf.get(commit) ?? -1]?.subject ?? stage
  const text = `${subject}: ${reason}; at most ${runs} ${runs === 1 ? 'run' : 'runs'}`
  emit({ type: 'note', scope: shortId(commit), level: 'info', text })
}

const repeated = (commit: string, times: number): readonly Trial[] =>
  Array.from({ length: times }, () => ({ commit, outcome: 'clean' }))

/** How many runs of a commit to submit at once: those that the search would ask for if all were clean. */
export const runsAtOnce = (state: State, { commit, runs }: NextStep, most: number): number => {
  let count = Math.min(runs, most)
  // A symptom that shows in every run needs no repeats.
  while (count < most && state.settings.always !== 1) {
    const decision = next(state, repeated(commit, count))
    if (!('step' in decision) || decision.step.commit !== commit) break
    count = Math.min(most, count + decision.step.runs)
  }
  return count
}

const stepOn = async (context: SearchContext, state: State, step: NextStep): Promise<void> => {
  const { journal, emit, signal } = context
  if (step.commit !== state.runs.at(-1)?.commit) announce(context, state, step)
  if ('tester' in context) {
    const dir = join(journal.dir, 'steps', 'ahead')
    context.tester.ahead?.(candidates(state, step.commit), { dir }, { emit, signal, scope: 'ahead' })
  }
  const runs = 'remote' in context ? runsAtOnce(state, step, context.remote.atOnce) : step.runs
  await take(context, state, step, runs)
}

/** Takes steps until the journal holds an answer; starts at the end of the journal. */
export const search = async (context: SearchContext): Promise<SearchEnd> => {
  const { journal, signal } = context
  let state = stateOf(journal.records)
  while (state.end === undefined) {
    if (signal.aborted) throw new InterruptedError()
    if (state.open) await take(context, state, state.open, 0)
    else {
      const decision = next(state)
      if ('end' in decision) await journal.add({ t: 'end', at: now(), end: decision.end })
      else await stepOn(context, state, decision.step)
    }
    state = stateOf(journal.records, state.graph)
  }
  return state.end
}

/** The name under which the bad end with the culprit reverted is tested. */
export const revertOf = (culprit: string): string => `revert:${culprit}`

const proofOf = (state: State, culprit: string): Proof | { readonly more: number } => {
  const runs = state.runs.filter(({ stage }) => stage === 'proof')
  const count = (outcome: string): number => runs.filter((run) => run.outcome === outcome).length
  const hits = state.trials.filter(({ outcome }) => outcome === 'bad').length
  const missed = state.trials.filter(({ commit, outcome }) => commit === state.start.ends.bad && outcome === 'clean')
  const always = state.settings.always ?? PRIOR_ALWAYS
  const needed = cleanRunsFor({ hits, clean: missed.length, always }, 1 - state.settings.confidence)
  const made = count('clean')
  if (count('bad') > 0)
    return {
      verdict: 'not-proven',
      why: 'with the commit reverted, the bad end still shows the symptom',
      runs: runs.length,
    }
  const blocked = runs.find(({ outcome }) => outcome === 'skip')
  if (blocked) return { verdict: 'untestable', why: blocked.why, runs: runs.length }
  if (count('blocked') > 2)
    return { verdict: 'untestable', why: 'another failure hides whether the symptom is gone', runs: runs.length }
  const noun = made === 1 ? 'run' : 'runs'
  const why = `with ${shortId(culprit)} reverted, the bad end is clean in ${made} ${noun} (${needed} needed)`
  return made >= needed ? { verdict: 'proven', why, runs: runs.length } : { more: needed - made }
}

/** Reverts the culprit on the bad end and tests whether the symptom is gone. */
export const prove = async (context: SearchContext, culprit: string, noRevert: string | undefined): Promise<Proof> => {
  const { journal } = context
  for (;;) {
    const state = stateOf(journal.records)
    if (state.proof) return state.proof
    if (state.open) {
      await take(context, state, state.open, 0)
      continue
    }
    const found: Proof | { readonly more: number } =
      noRevert === undefined ? proofOf(state, culprit) : { verdict: 'no-revert', why: noRevert, runs: 0 }
    if ('verdict' in found) await journal.add({ t: 'proof', at: now(), proof: found })
    else {
      const reason = `the bad end with the culprit reverted: ${found.more} more clean runs`
      await take(context, state, { commit: revertOf(culprit), stage: 'proof', reason }, found.more)
    }
  }
}
