// SPDX-License-Identifier: MIT
import { badness, believe } from '../core/belief.ts'
import { type SearchEnd, standing } from '../core/decide.ts'
import { type Commit, shortId } from '../core/graph.ts'
import { estimateRate, PRIOR_ALWAYS, type Rate } from '../core/rate.ts'
import { tallyOf, tallyTrials, twinOf } from '../core/tallies.ts'
import type { State } from '../engine/state.ts'
import type { Proof, RunRecord, Symptom, TestPlan } from '../journal/records.ts'
import { describeSymptom } from '../symptom.ts'
import { percent } from './words.ts'

export const BISECT_SCHEMA_VERSION = 1

/** The term that git would use for a tested commit. */
export type Standing = ReturnType<typeof standing>

/** One tested commit. */
export interface TestedCommit extends Commit {
  readonly standing: Standing
  readonly hits: number
  readonly clean: number
  /** The probability that it has the symptom. */
  readonly badness: number
  /** Why it could not be tested; null when it could. */
  readonly skipped: string | null
  /** The commit with the same object code that was run instead of this one; null when this one was run. */
  readonly sameAs: string | null
}

/** One commit of the graph with its probability at the end. */
export interface GraphCommit extends Commit {
  /** The probability that it introduced the symptom. */
  readonly probability: number
  readonly standing: Standing | 'untested'
}

/** The data of a bisection's report. */
export interface BisectReport {
  readonly schemaVersion: typeof BISECT_SCHEMA_VERSION
  /** The command line of the start. */
  readonly command: readonly string[]
  readonly tree: string
  readonly symptom: Symptom | null
  readonly symptomText: string
  readonly confidence: number
  readonly startedAt: string
  readonly durationMs: number
  readonly bad: Commit
  readonly good: readonly Commit[]
  readonly carry: readonly string[]
  readonly end: SearchEnd | null
  readonly verdict: string
  readonly culprit: (Commit & { readonly probability: number; readonly patch: string }) | null
  readonly proof: Proof | null
  readonly rate: Rate
  /** What tests a commit. */
  readonly by: TestPlan['by']
  /** Commits that were built; for a script, checked out. */
  readonly kernels: number
  readonly runs: number
  readonly tested: readonly TestedCommit[]
  readonly steps: readonly RunRecord[]
  readonly graph: readonly GraphCommit[]
}

const nameOf = (commit: Commit): string => `${shortId(commit.id)} ("${commit.subject}")`

/** The answer in one sentence. */
export const verdictOf = (end: SearchEnd | undefined, find: (id: string) => Commit): string => {
  switch (end?.kind) {
    case undefined:
      return 'not finished'
    case 'culprit':
      return `the first bad commit is ${nameOf(find(end.commit))}, with probability ${percent(end.probability)}`
    case 'set':
      return `the first bad commit is one of ${end.commits.length}, with probability ${percent(end.probability)}: ${end.skipped.length} of them cannot be tested`
    case 'bad-is-good':
      return `the bad end ${nameOf(find(end.commit))} did not show the symptom in ${end.runs} runs`
    case 'good-is-bad':
      return `the good end ${nameOf(find(end.commit))} shows the symptom: it is older than the range`
    case 'base-is-bad':
      return `the merge base ${nameOf(find(end.commit))} shows the symptom: it was fixed on the branch of the good end`
    case 'end-untestable':
      return `the end ${nameOf(find(end.commit))} cannot be tested`
    case 'inconsistent':
      return 'no single commit explains the results: the symptom came and went, or it has several causes'
    case 'out-of-runs':
      return `stopped at the limit of runs; ${end.commits.length} commits share ${percent(end.probability)} of the probability`
  }
}

const finder = ({ start }: State): ((id: string) => Commit) => {
  const known = new Map([...start.endCommits, ...start.commits].map((commit) => [commit.id, commit]))
  return (id) => known.get(id) ?? { id, parents: [], subject: id, author: '', date: '' }
}

const beliefOf = (state: State) => {
  const tallies = tallyTrials(state.trials)
  const belief = believe(state.graph, tallies, state.settings)
  const of = (id: string): Standing => standing(state.graph, tallies, belief, state.settings.confidence, id)
  return { tallies, belief, of }
}

const testedCommits = (state: State, find: (id: string) => Commit): readonly TestedCommit[] => {
  const { tallies, belief, of } = beliefOf(state)
  const whySkipped = (id: string): string | null =>
    state.runs.findLast((run) => run.commit === id && (run.outcome === 'skip' || run.outcome === 'blocked'))?.why ??
    null
  return [...tallies.byCommit.keys()].map((id) => {
    const { hits, clean, skipped } = tallyOf(tallies, id)
    return {
      ...find(id),
      standing: of(id),
      hits,
      clean,
      badness: badness(state.graph, belief, id),
      skipped: skipped ? whySkipped(id) : null,
      sameAs: hits + clean === 0 && !skipped ? (twinOf(tallies, id) ?? null) : null,
    }
  })
}

const graphCommits = (state: State): readonly GraphCommit[] => {
  const { tallies, belief, of } = beliefOf(state)
  return state.start.commits.map((commit, index) => ({
    ...commit,
    probability: belief.weights[index]!,
    standing: tallies.byCommit.has(commit.id) ? of(commit.id) : 'untested',
  }))
}

const durationOf = ({ start, runs }: State): number => {
  const last = runs.at(-1)
  return last ? Math.max(0, Date.parse(last.at) - Date.parse(start.at)) : 0
}

/** The data of all reports of a bisection; `patch` is the culprit as a mail, empty without a culprit. */
export const reportOf = (state: State, patch: string): BisectReport => {
  const { start, end, symptom, runs } = state
  const find = finder(state)
  const atBad = tallyOf(tallyTrials(state.trials), start.ends.bad)
  const hits = state.trials.filter(({ outcome }) => outcome === 'bad').length
  return {
    schemaVersion: BISECT_SCHEMA_VERSION,
    command: start.command,
    tree: start.tree,
    symptom,
    symptomText: symptom ? describeSymptom(symptom) : 'not known yet',
    confidence: start.settings.confidence,
    startedAt: start.at,
    durationMs: durationOf(state),
    bad: find(start.ends.bad),
    good: start.ends.good.map(find),
    carry: start.carry.map(({ name }) => name),
    end: end ?? null,
    verdict: verdictOf(end, find),
    culprit: end?.kind === 'culprit' ? { ...find(end.commit), probability: end.probability, patch } : null,
    proof: state.proof ?? null,
    rate: estimateRate({ hits, clean: atBad.clean, always: state.settings.always ?? PRIOR_ALWAYS }),
    by: start.plan.by,
    kernels: new Set(runs.filter(({ run, outcome }) => run === 0 && outcome !== 'infra').map(({ commit }) => commit))
      .size,
    runs: runs.filter(({ run, outcome }) => run > 0 && outcome !== 'infra').length,
    tested: testedCommits(state, find),
    steps: runs,
    graph: graphCommits(state),
  }
}
