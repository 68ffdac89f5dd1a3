// SPDX-License-Identifier: MIT

import { eachSuspect, type Graph, isSuspect, older } from './graph.ts'
import { type BadRuns, lnLikelihood, PRIOR_ALWAYS } from './rate.ts'
import { type Tallies, totalHits } from './tallies.ts'

/** The probability of each culprit; the last one is "older than every commit". */
export interface Belief {
  readonly weights: Float64Array
  /** Runs that were clean by luck if this is the culprit. */
  readonly clean: Uint32Array
  readonly hits: number
  readonly always: number
}

/** What the search assumes before any run. */
export interface Assumptions {
  /** How likely each commit is, relative to the others; equal by default. */
  readonly prior?: ((commit: string) => number) | undefined
  /** The probability that the symptom shows in every run of a bad commit; 1 when this is known. */
  readonly always?: number | undefined
}

// How often a commit given as good has the symptom too.
const OLDER = 0.1

const lnPriors = (graph: Graph, prior: Assumptions['prior']): Float64Array => {
  const shares = graph.commits.map(({ id }) => prior?.(id) ?? 1)
  const total = shares.reduce((sum, share) => sum + share, 0)
  return Float64Array.from([...shares.map((share) => Math.log(((1 - OLDER) * share) / total)), Math.log(OLDER)])
}

/** Excludes each culprit that would make one commit bad and another with the same object code good. */
const excludeByImages = (graph: Graph, { byImage }: Tallies, ln: Float64Array): void => {
  for (const [first, ...others] of byImage.values())
    for (const other of others)
      for (let culprit = 0; culprit < ln.length; culprit++)
        if (isSuspect(graph, first!, culprit) !== isSuspect(graph, other, culprit))
          ln[culprit] = Number.NEGATIVE_INFINITY
}

const normalise = (ln: Float64Array): Float64Array => {
  const top = ln.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (top === Number.NEGATIVE_INFINITY) return new Float64Array(ln.length)
  const weights = ln.map((value) => Math.exp(value - top))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/**
 * The probability of each culprit given all runs. A hit proves that its commit is bad. A bad commit can have a clean
 * run by luck; how likely that is depends on the hit rate, which is itself estimated from all runs. All zero: no
 * single culprit explains the runs.
 */
export const believe = (graph: Graph, tallies: Tallies, assumptions: Assumptions = {}): Belief => {
  const { prior, always = PRIOR_ALWAYS } = assumptions
  const ln = lnPriors(graph, prior)
  const clean = new Uint32Array(older(graph) + 1)
  for (const [commit, tally] of tallies.byCommit) {
    if (tally.clean > 0)
      eachSuspect(graph, commit, (culprit) => {
        clean[culprit]! += tally.clean
      })
    if (tally.hits > 0)
      for (let culprit = 0; culprit < ln.length; culprit++)
        if (!isSuspect(graph, commit, culprit)) ln[culprit] = Number.NEGATIVE_INFINITY
  }
  excludeByImages(graph, tallies, ln)
  const hits = totalHits(tallies)
  for (let culprit = 0; culprit < ln.length; culprit++)
    ln[culprit]! += lnLikelihood({ hits, clean: clean[culprit]!, always })
  return { weights: normalise(ln), clean, hits, always }
}

/** The probability that `commit` has the symptom. */
export const badness = (graph: Graph, belief: Belief, commit: string): number => {
  let sum = 0
  eachSuspect(graph, commit, (culprit) => {
    sum += belief.weights[culprit]!
  })
  return Math.min(1, sum)
}

/** The runs of bad kernels if this is the culprit. */
export const badRunsUnder = ({ hits, clean, always }: Belief, culprit: number): BadRuns => ({
  hits,
  clean: clean[culprit]!,
  always,
})

/** True when no single culprit explains the runs. */
export const isImpossible = ({ weights }: Belief): boolean => weights.every((weight) => weight === 0)
