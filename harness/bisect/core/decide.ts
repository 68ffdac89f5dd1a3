// SPDX-License-Identifier: MIT
import { type Assumptions, type Belief, badness, badRunsUnder, believe, isImpossible } from './belief.ts'
import { blockOf, untestable } from './blocks.ts'
import { type Costs, choose } from './choose.ts'
import { type Graph, isSuspect, older } from './graph.ts'
import { cleanRunsFor } from './rate.ts'
import { type Tallies, type Trial, tallyOf, tallyTrials, totalHits } from './tallies.ts'

/** How a search decides. */
export interface SearchSettings extends Assumptions {
  /** Of the whole bisection. */
  readonly confidence: number
  /** Hits on the bad end before the search, to estimate the hit rate. */
  readonly proofHits: number
  /** Runs on the bad end without any hit before it counts as good. */
  readonly maxEndRuns: number
  /** Runs after which the search stops without a certain answer. */
  readonly maxRuns: number
  readonly costs: Costs
}

/** How a search ended. */
export type SearchEnd =
  | { readonly kind: 'culprit'; readonly commit: string; readonly probability: number }
  /** The culprit is one of these; the skipped ones keep the search from going further. */
  | {
      readonly kind: 'set'
      readonly commits: readonly string[]
      readonly skipped: readonly string[]
      readonly probability: number
    }
  | { readonly kind: 'bad-is-good'; readonly commit: string; readonly runs: number }
  | { readonly kind: 'good-is-bad'; readonly commit: string }
  /** The symptom was fixed between the merge base and the good end: what git calls "bisect fixed". */
  | { readonly kind: 'base-is-bad'; readonly commit: string }
  | { readonly kind: 'end-untestable'; readonly commit: string }
  /** No single commit explains the runs. */
  | { readonly kind: 'inconsistent' }
  | { readonly kind: 'out-of-runs'; readonly commits: readonly string[]; readonly probability: number }

export type Stage = 'bad-end' | 'good-end' | 'search' | 'retest'

/** The commit to test next. */
export interface NextStep {
  readonly commit: string
  /** Runs that the step takes, unless the symptom shows first. */
  readonly runs: number
  readonly stage: Stage
  readonly reason: string
}

export type Decision = { readonly step: NextStep } | { readonly end: SearchEnd }

const percent = (p: number): string => {
  const value = p * 100
  return `${value >= 99.5 || value < 1 ? value.toPrecision(3) : value.toFixed(0)} %`
}

const proveBad = ({ ends }: Graph, tallies: Tallies, settings: SearchSettings): Decision | undefined => {
  const { hits, clean, skipped } = tallyOf(tallies, ends.bad)
  if (skipped) return { end: { kind: 'end-untestable', commit: ends.bad } }
  if (hits >= settings.proofHits || (hits > 0 && hits + clean >= settings.maxEndRuns)) return undefined
  if (hits + clean >= settings.maxEndRuns) return { end: { kind: 'bad-is-good', commit: ends.bad, runs: clean } }
  const runs = hits === 0 ? 1 : settings.proofHits - hits
  const reason = `the bad end must show the symptom: ${hits} of ${settings.proofHits} hits in ${hits + clean} runs`
  return { step: { commit: ends.bad, runs, stage: 'bad-end', reason } }
}

/** The part of the allowed error that a wrong good end may take. */
const endError = (settings: SearchSettings): number => (1 - settings.confidence) / 4

const repeated = (commit: string, outcome: 'bad' | 'clean', times: number): readonly Trial[] =>
  Array.from({ length: times }, () => ({ commit, outcome }))

/** The runs that show whether `good` has the symptom: its own, those of the bad end, and all hits. */
const endRuns = (tallies: Tallies, bad: string, good: string): readonly Trial[] => [
  ...repeated(bad, 'bad', totalHits(tallies)),
  ...repeated(bad, 'clean', tallyOf(tallies, bad).clean),
  ...repeated(good, 'clean', tallyOf(tallies, good).clean),
]

const proveGood = (graph: Graph, tallies: Tallies, settings: SearchSettings): Decision | undefined => {
  const { ends } = graph
  for (const commit of [...ends.good, ...ends.bases]) {
    const { hits, clean, skipped } = tallyOf(tallies, commit)
    if (hits > 0) return { end: { kind: ends.good.includes(commit) ? 'good-is-bad' : 'base-is-bad', commit } }
    if (skipped) return { end: { kind: 'end-untestable', commit } }
    // The prior odds are low already, so each end is judged by its own runs alone.
    const belief = believe(graph, tallyTrials(endRuns(tallies, ends.bad, commit)), settings)
    const left = belief.weights[older(graph)]!
    if (left <= endError(settings)) continue
    const rest = cleanRunsFor(badRunsUnder(belief, older(graph)), endError(settings) / left)
    const confidence = percent(1 - endError(settings))
    const reason = `the good end must not show the symptom: ${clean} clean runs, ${rest} more for ${confidence}`
    return { step: { commit, runs: rest, stage: 'good-end', reason } }
  }
  return undefined
}

// Each hit excludes culprits, which raises the probability of the rest: also that of "older than the good end".
const retestGood = (graph: Graph, tallies: Tallies, belief: Belief, settings: SearchSettings): Decision | undefined => {
  const left = belief.weights[older(graph)]!
  if (left <= endError(settings)) return undefined
  const least = (a: string, b: string): number => tallyOf(tallies, a).clean - tallyOf(tallies, b).clean
  const commit = [...graph.ends.good, ...graph.ends.bases].sort(least)[0]
  if (commit === undefined) return undefined
  const runs = cleanRunsFor(badRunsUnder(belief, older(graph)), endError(settings) / left)
  const reason = `${percent(left)} chance that the symptom is older than the good end`
  return { step: { commit, runs, stage: 'retest', reason } }
}

const mostProbable = (graph: Graph, { weights }: Belief, confidence: number) => {
  const ranked = graph.commits
    .map(({ id }, index) => ({ id, weight: weights[index]! }))
    .sort((a, b) => b.weight - a.weight)
  const commits: string[] = []
  let probability = 0
  for (const { id, weight } of ranked) {
    if (probability >= confidence || weight === 0) break
    commits.push(id)
    probability += weight
  }
  return { commits, probability }
}

// The model gives all bad commits one hit rate, which is never quite true, so half of the allowed error is held back.
const requiredProbability = ({ confidence }: SearchSettings): number => 1 - (1 - confidence) / 2

const conclude = (graph: Graph, tallies: Tallies, belief: Belief, settings: SearchSettings): SearchEnd | undefined => {
  if (isImpossible(belief)) return { kind: 'inconsistent' }
  const top = mostProbable(graph, belief, requiredProbability(settings))
  const [commit] = top.commits
  if (commit !== undefined && top.commits.length === 1 && top.probability >= requiredProbability(settings))
    return { kind: 'culprit', commit, probability: top.probability }
  if (commit !== undefined) {
    const block = blockOf(graph, tallies, belief, commit)
    if (block.probability >= requiredProbability(settings))
      return { kind: 'set', ...block, skipped: untestable(tallies, block) }
  }
  const runs = [...tallies.byCommit.values()].reduce((sum, { hits, clean }) => sum + hits + clean, 0)
  if (runs >= settings.maxRuns) return { kind: 'out-of-runs', ...top }
  return undefined
}

const searchStep = (graph: Graph, tallies: Tallies, belief: Belief, settings: SearchSettings): Decision => {
  const choice = choose(graph, tallies, belief, settings.costs)
  if (!choice) return { end: { kind: 'out-of-runs', ...mostProbable(graph, belief, settings.confidence) } }
  const { clean } = tallyOf(tallies, choice.commit)
  const stage: Stage = clean > 0 ? 'retest' : 'search'
  const odds = `${percent(choice.badness)} likely bad`
  const reason =
    clean > 0
      ? `${odds} after ${clean} clean ${clean === 1 ? 'run' : 'runs'}`
      : `${odds}; testing it gives the most information`
  return { step: { commit: choice.commit, runs: choice.runs, stage, reason } }
}

/** The next step, decided from the runs so far and nothing else. */
export const decide = (graph: Graph, trials: readonly Trial[], settings: SearchSettings): Decision => {
  const tallies = tallyTrials(trials)
  const ends = proveBad(graph, tallies, settings) ?? proveGood(graph, tallies, settings)
  if (ends) return ends
  const belief = believe(graph, tallies, settings)
  const end = conclude(graph, tallies, belief, settings)
  if (end) return { end }
  return retestGood(graph, tallies, belief, settings) ?? searchStep(graph, tallies, belief, settings)
}

/** The term that git would use for a commit now; `weak` when neither good nor bad has the confidence. */
export const standing = (
  graph: Graph,
  tallies: Tallies,
  belief: Belief,
  confidence: number,
  commit: string,
): 'bad' | 'good' | 'skip' | 'weak' => {
  const { hits, skipped } = tallyOf(tallies, commit)
  if (hits > 0) return 'bad'
  if (skipped) return 'skip'
  const odds = isSuspect(graph, commit, older(graph)) ? badness(graph, belief, commit) : 0
  return odds <= 1 - confidence ? 'good' : 'weak'
}
