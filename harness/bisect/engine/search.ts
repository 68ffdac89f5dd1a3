// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { InterruptedError } from '../../model/errors.ts'
import { type Decision, decide, type End, type Step } from '../core/decide.ts'
import { cleanRunsFor, SOMETIMES } from '../core/rate.ts'
import type { Trial } from '../core/tallies.ts'
import type { Proof } from '../journal/records.ts'
import { type State, stateOf } from './state.ts'
import { type Bench, takeStep } from './step.ts'

const now = (): string => new Date().toISOString()

const next = ({ graph, trials, settings }: State, more: readonly Trial[] = []): Decision =>
  decide(graph, [...trials, ...more], settings)

/** The commits that either answer of this one would ask for next. */
const candidates = (state: State, commit: string): readonly string[] => {
  const answers = (['bad', 'clean'] as const).map((outcome) => next(state, [{ commit, outcome }]))
  const asked = answers.flatMap((decision) => ('step' in decision ? [decision.step.commit] : []))
  return [...new Set(asked)].filter((id) => id !== commit && !state.runs.some((run) => run.commit === id))
}

const announce = ({ context }: Bench, { graph }: State, { commit, runs, stage, reason }: Step): void => {
  const subject = graph.commits[graph.indexOf.get(commit) ?? -1]?.subject ?? stage
  const text = `${subject}: ${reason}; at most ${runs} ${runs === 1 ? 'run' : 'runs'}`
  context.emit({ type: 'note', scope: commit.slice(0, 12), level: 'info', text })
}

/** Runs until the journal tells the answer; begins where the journal ends. */
export const search = async (bench: Bench): Promise<End> => {
  const { journal, tester, context } = bench
  let state = stateOf(journal.records)
  while (state.end === undefined) {
    if (context.signal.aborted) throw new InterruptedError()
    const decision = next(state)
    if ('end' in decision) await journal.add({ t: 'end', at: now(), end: decision.end })
    else {
      const { step } = decision
      if (step.commit !== state.runs.at(-1)?.commit) announce(bench, state, step)
      const dir = join(journal.dir, 'steps', 'ahead')
      tester.ahead?.(candidates(state, step.commit), { dir }, { ...context, scope: 'ahead' })
      await takeStep(bench, state, step, step.runs)
    }
    state = stateOf(journal.records, state.graph)
  }
  return state.end
}

/** The name of the bad end with the culprit taken out, among the things that are tested. */
export const revertOf = (culprit: string): string => `revert:${culprit}`

const proofOf = (state: State, culprit: string): Proof | { readonly more: number } => {
  const runs = state.runs.filter(({ stage }) => stage === 'proof')
  const count = (outcome: string): number => runs.filter((run) => run.outcome === outcome).length
  const hits = state.trials.filter(({ outcome }) => outcome === 'bad').length
  const missed = state.trials.filter(({ commit, outcome }) => commit === state.start.ends.bad && outcome === 'clean')
  const always = state.settings.always ?? SOMETIMES
  const needed = cleanRunsFor({ hits, clean: missed.length, always }, 1 - state.settings.confidence)
  const made = count('clean')
  if (count('bad') > 0)
    return { verdict: 'not-proven', why: 'the bad end still shows the symptom without it', runs: runs.length }
  const blocked = runs.find(({ outcome }) => outcome === 'skip')
  if (blocked) return { verdict: 'untestable', why: blocked.why, runs: runs.length }
  if (count('blocked') > 2)
    return { verdict: 'untestable', why: 'another failure hides whether the symptom is gone', runs: runs.length }
  const noun = made === 1 ? 'run' : 'runs'
  const why = `the bad end without ${culprit.slice(0, 12)} is clean in ${made} ${noun}, ${needed} were needed`
  return made >= needed ? { verdict: 'proven', why, runs: runs.length } : { more: needed - made }
}

/** Takes the culprit out of the bad end and shows that the symptom goes with it. */
export const prove = async (bench: Bench, culprit: string, noRevert: string | undefined): Promise<Proof> => {
  const { journal } = bench
  for (;;) {
    const state = stateOf(journal.records)
    if (state.proof) return state.proof
    const found: Proof | { readonly more: number } =
      noRevert === undefined ? proofOf(state, culprit) : { verdict: 'no-revert', why: noRevert, runs: 0 }
    if ('verdict' in found) await journal.add({ t: 'proof', at: now(), proof: found })
    else {
      const reason = `the bad end without the culprit: ${found.more} more clean runs`
      await takeStep(bench, state, { commit: revertOf(culprit), stage: 'proof', reason }, found.more)
    }
  }
}
