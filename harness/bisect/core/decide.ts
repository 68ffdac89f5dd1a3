// SPDX-License-Identifier: MIT
import { type Assumptions, type Belief, badness, badRunsUnder, believe, isImpossible } from './belief.ts'
import { blockOf, untestable } from './blocks.ts'
import { type Costs, choose } from './choose.ts'
import { type Graph, isSuspect, older } from './graph.ts'
import { cleanRunsFor } from './rate.ts'
import { type Tallied, type Trial, tallyOf, totalHits, weigh } from './tallies.ts'

export interface Settings extends Assumptions {
  /** Of the whole bisection. */
  readonly confidence: number
  /** Hits on the bad end before the search: the rate that they give decides what a clean run is worth. */
  readonly proofHits: number
  /** Runs on the bad end without any hit before it counts as good. */
  readonly maxEndRuns: number
  /** Runs of the whole search before it tells what it has. */
  readonly maxRuns: number
  readonly costs: Costs
}

export type End =
  | { readonly kind: 'culprit'; readonly commit: string; readonly probability: number }
  /** The culprit is one of these, and the skipped ones among them keep it from being told. */
  | {
      readonly kind: 'set'
      readonly commits: readonly string[]
      readonly skipped: readonly string[]
      readonly probability: number
    }
  | { readonly kind: 'bad-is-good'; readonly commit: string; readonly runs: number }
  | { readonly kind: 'good-is-bad'; readonly commit: string }
  /** The symptom was mended between the merge base and the good end, git's "bisect fixed" case. */
  | { readonly kind: 'base-is-bad'; readonly commit: string }
  | { readonly kind: 'end-untestable'; readonly commit: string }
  /** What was seen fits no single commit. */
  | { readonly kind: 'inconsistent' }
  | { readonly kind: 'out-of-runs'; readonly commits: readonly string[]; readonly probability: number }

export type Stage = 'bad-end' | 'good-end' | 'search' | 'retest'

export interface Step {
  readonly commit: string
  /** Runs until it would be decided, unless the symptom shows first. */
  readonly runs: number
  readonly stage: Stage
  readonly reason: string
}

export type Decision = { readonly step: Step } | { readonly end: End }

const percent = (p: number): string => {
  const value = p * 100
  return `${value >= 99.5 || value < 1 ? value.toPrecision(3) : value.toFixed(0)} %`
}

const proveBad = ({ ends }: Graph, tallied: Tallied, settings: Settings): Decision | undefined => {
  const { hits, clean, skipped } = tallyOf(tallied, ends.bad)
  if (skipped) return { end: { kind: 'end-untestable', commit: ends.bad } }
  if (hits >= settings.proofHits || (hits > 0 && hits + clean >= settings.maxEndRuns)) return undefined
  if (hits + clean >= settings.maxEndRuns) return { end: { kind: 'bad-is-good', commit: ends.bad, runs: clean } }
  const runs = hits === 0 ? 1 : settings.proofHits - hits
  const reason = `the bad end must show the symptom: ${hits} of ${settings.proofHits} hits in ${hits + clean} runs`
  return { step: { commit: ends.bad, runs, stage: 'bad-end', reason } }
}

/** The part of the allowed error that a wrong good end may take. */
const endError = (settings: Settings): number => (1 - settings.confidence) / 4

const proveGood = (graph: Graph, tallied: Tallied, settings: Settings): Decision | undefined => {
  const { ends } = graph
  for (const commit of [...ends.good, ...ends.bases]) {
    const { hits, clean, skipped } = tallyOf(tallied, commit)
    if (hits > 0) return { end: { kind: ends.good.includes(commit) ? 'good-is-bad' : 'base-is-bad', commit } }
    if (skipped) return { end: { kind: 'end-untestable', commit } }
    // The odds before any run are low already; what counts is each end by itself.
    const belief = believe(graph, weigh(endRuns(tallied, ends.bad, commit)), settings)
    const left = belief.weights[older(graph)]!
    if (left <= endError(settings)) continue
    const rest = cleanRunsFor(badRunsUnder(belief, older(graph)), endError(settings) / left)
    const reason = `the good end must not show it: ${clean} clean, ${rest} more for ${percent(1 - endError(settings))}`
    return { step: { commit, runs: rest, stage: 'good-end', reason } }
  }
  return undefined
}

// Each hit takes culprits away, and what is left of the good end's proof weighs more among the rest.
const retestGood = (graph: Graph, tallied: Tallied, belief: Belief, settings: Settings): Decision | undefined => {
  const left = belief.weights[older(graph)]!
  const error = (1 - settings.confidence) / 4
  if (left <= error) return undefined
  const least = (a: string, b: string): number => tallyOf(tallied, a).clean - tallyOf(tallied, b).clean
  const commit = [...graph.ends.good, ...graph.ends.bases].sort(least)[0]
  if (commit === undefined) return undefined
  const runs = cleanRunsFor(badRunsUnder(belief, older(graph)), error / left)
  const reason = `${percent(left)} that the symptom is older than the good end`
  return { step: { commit, runs, stage: 'retest', reason } }
}

const repeated = (commit: string, outcome: 'bad' | 'clean', times: number): readonly Trial[] =>
  Array.from({ length: times }, () => ({ commit, outcome }))

const endRuns = (tallied: Tallied, bad: string, good: string): readonly Trial[] => {
  const [atBad, atGood] = [tallyOf(tallied, bad), tallyOf(tallied, good)]
  return [
    ...repeated(bad, 'bad', totalHits(tallied)),
    ...repeated(bad, 'clean', atBad.clean),
    ...repeated(good, 'clean', atGood.clean),
  ]
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

// The world is never quite the model, all bad commits alike in their hit rate; so half of the error is kept back.
const enough = ({ confidence }: Settings): number => 1 - (1 - confidence) / 2

const finish = (graph: Graph, tallied: Tallied, belief: Belief, settings: Settings): End | undefined => {
  if (isImpossible(belief)) return { kind: 'inconsistent' }
  const top = mostProbable(graph, belief, enough(settings))
  const [commit] = top.commits
  if (commit !== undefined && top.commits.length === 1 && top.probability >= enough(settings))
    return { kind: 'culprit', commit, probability: top.probability }
  if (commit !== undefined) {
    const block = blockOf(graph, tallied, belief, commit)
    if (block.probability >= enough(settings)) return { kind: 'set', ...block, skipped: untestable(tallied, block) }
  }
  const runs = [...tallied.tallies.values()].reduce((sum, { hits, clean }) => sum + hits + clean, 0)
  if (runs >= settings.maxRuns) return { kind: 'out-of-runs', ...top }
  return undefined
}

const searchStep = (graph: Graph, tallied: Tallied, belief: Belief, settings: Settings): Decision => {
  const choice = choose(graph, tallied, belief, settings.costs)
  if (!choice) return { end: { kind: 'out-of-runs', ...mostProbable(graph, belief, settings.confidence) } }
  const { clean } = tallyOf(tallied, choice.commit)
  const stage: Stage = clean > 0 ? 'retest' : 'search'
  const odds = percent(choice.badness)
  const reason =
    clean > 0
      ? `${clean} clean ${clean === 1 ? 'run leaves' : 'runs leave'} ${odds} that it is bad`
      : `${odds} that it is bad: tells most of all commits`
  return { step: { commit: choice.commit, runs: choice.runs, stage, reason } }
}

/** What to do next, from nothing but what was seen so far. */
export const decide = (graph: Graph, trials: readonly Trial[], settings: Settings): Decision => {
  const tallied = weigh(trials)
  const ends = proveBad(graph, tallied, settings) ?? proveGood(graph, tallied, settings)
  if (ends) return ends
  const belief = believe(graph, tallied, settings)
  const end = finish(graph, tallied, belief, settings)
  if (end) return { end }
  return retestGood(graph, tallied, belief, settings) ?? searchStep(graph, tallied, belief, settings)
}

/** How git would call a commit now; `weak` when neither is sure enough. */
export const standing = (
  graph: Graph,
  tallied: Tallied,
  belief: Belief,
  confidence: number,
  commit: string,
): 'bad' | 'good' | 'skip' | 'weak' => {
  const { hits, skipped } = tallyOf(tallied, commit)
  if (hits > 0) return 'bad'
  if (skipped) return 'skip'
  const odds = isSuspect(graph, commit, older(graph)) ? badness(graph, belief, commit) : 0
  return odds <= 1 - confidence ? 'good' : 'weak'
}
