// SPDX-License-Identifier: MIT
import { badness, believe } from '../core/belief.ts'
import { type End, standing } from '../core/decide.ts'
import type { Commit } from '../core/graph.ts'
import { estimateRate, type Rate, SOMETIMES } from '../core/rate.ts'
import { tallyOf, weigh } from '../core/tallies.ts'
import type { State } from '../engine/state.ts'
import type { Proof, Run, Symptom } from '../journal/records.ts'
import { describeSymptom } from '../symptom.ts'

export const BISECT_SCHEMA_VERSION = 1

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
  /** A tested commit with the same object code, for which this one was not run; null otherwise. */
  readonly sameAs: string | null
}

/** One commit of the graph with what is believed of it at the end. */
export interface GraphCommit extends Commit {
  /** The probability that it brought the symptom. */
  readonly probability: number
  readonly standing: Standing | 'untested'
}

/** A bisection as a report shows it. */
export interface BisectReport {
  readonly schemaVersion: typeof BISECT_SCHEMA_VERSION
  /** The command line that began it. */
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
  readonly end: End | null
  readonly verdict: string
  readonly culprit: (Commit & { readonly probability: number; readonly patch: string }) | null
  readonly proof: Proof | null
  readonly rate: Rate
  readonly kernels: number
  readonly runs: number
  readonly tested: readonly TestedCommit[]
  readonly steps: readonly Run[]
  readonly graph: readonly GraphCommit[]
}

const nameOf = (commit: Commit): string => `${commit.id.slice(0, 12)} ("${commit.subject}")`

const percent = (p: number): string => `${(100 * p).toFixed(2)} %`

/** The answer in one sentence. */
export const verdictOf = (end: End | undefined, find: (id: string) => Commit): string => {
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
      return `the merge base ${nameOf(find(end.commit))} shows the symptom: it was mended on the branch of the good end`
    case 'end-untestable':
      return `the end ${nameOf(find(end.commit))} cannot be tested`
    case 'inconsistent':
      return 'no single commit explains what was seen: the symptom came and went, or has several causes'
    case 'out-of-runs':
      return `stopped after the runs allowed; ${end.commits.length} commits hold ${percent(end.probability)} of the probability`
  }
}

const finder = ({ start }: State): ((id: string) => Commit) => {
  const known = new Map([...start.endCommits, ...start.commits].map((commit) => [commit.id, commit]))
  return (id) => known.get(id) ?? { id, parents: [], subject: id, author: '', date: '' }
}

const judged = (state: State) => {
  const tallied = weigh(state.trials)
  const belief = believe(state.graph, tallied, state.settings)
  const of = (id: string): Standing => standing(state.graph, tallied, belief, state.settings.confidence, id)
  return { tallied, belief, of }
}

const testedCommits = (state: State, find: (id: string) => Commit): readonly TestedCommit[] => {
  const { tallied, belief, of } = judged(state)
  const whySkipped = (id: string): string | null =>
    state.runs.findLast((run) => run.commit === id && (run.outcome === 'skip' || run.outcome === 'blocked'))?.why ??
    null
  const twin = (id: string): string | null => {
    const same = [...tallied.images.values()].find((ids) => ids.includes(id)) ?? []
    return (
      same.find((other) => other !== id && tallyOf(tallied, other).hits + tallyOf(tallied, other).clean > 0) ?? null
    )
  }
  return [...tallied.tallies.keys()].map((id) => {
    const { hits, clean, skipped } = tallyOf(tallied, id)
    return {
      ...find(id),
      standing: of(id),
      hits,
      clean,
      badness: badness(state.graph, belief, id),
      skipped: skipped ? whySkipped(id) : null,
      sameAs: hits + clean === 0 && !skipped ? twin(id) : null,
    }
  })
}

const graphCommits = (state: State): readonly GraphCommit[] => {
  const { tallied, belief, of } = judged(state)
  return state.start.commits.map((commit, index) => ({
    ...commit,
    probability: belief.weights[index]!,
    standing: tallied.tallies.has(commit.id) ? of(commit.id) : 'untested',
  }))
}

const lasted = ({ start, runs }: State): number => {
  const last = runs.at(-1)
  return last ? Math.max(0, Date.parse(last.at) - Date.parse(start.at)) : 0
}

/** Everything that the reports of a bisection show; `patch` is the culprit's mail, when there is a culprit. */
export const reportOf = (state: State, patch: string): BisectReport => {
  const { start, end, symptom, runs } = state
  const find = finder(state)
  const atBad = tallyOf(weigh(state.trials), start.ends.bad)
  const hits = state.trials.filter(({ outcome }) => outcome === 'bad').length
  return {
    schemaVersion: BISECT_SCHEMA_VERSION,
    command: start.command,
    tree: start.tree,
    symptom,
    symptomText: symptom ? describeSymptom(symptom) : 'not known yet',
    confidence: start.settings.confidence,
    startedAt: start.at,
    durationMs: lasted(state),
    bad: find(start.ends.bad),
    good: start.ends.good.map(find),
    carry: start.carry.map(({ name }) => name),
    end: end ?? null,
    verdict: verdictOf(end, find),
    culprit: end?.kind === 'culprit' ? { ...find(end.commit), probability: end.probability, patch } : null,
    proof: state.proof ?? null,
    rate: estimateRate({ hits, clean: atBad.clean, always: state.settings.always ?? SOMETIMES }),
    kernels: new Set(runs.filter(({ run, outcome }) => run === 0 && outcome !== 'infra').map(({ commit }) => commit))
      .size,
    runs: runs.filter(({ run, outcome }) => run > 0 && outcome !== 'infra').length,
    tested: testedCommits(state, find),
    steps: runs,
    graph: graphCommits(state),
  }
}
