// SPDX-License-Identifier: MIT

import { eachSuspect, type Graph, isSuspect, older } from './graph.ts'
import { type BadRuns, lnLikelihood, SOMETIMES } from './rate.ts'
import { type Tallied, totalHits } from './tallies.ts'

/** What is believed of each culprit; the last one is "older than every commit". */
export interface Belief {
  readonly weights: Float64Array
  /** Clean runs that a culprit would have to explain by luck. */
  readonly clean: Uint32Array
  readonly hits: number
  readonly always: number
}

/** What is taken for granted before any run. */
export interface Assumptions {
  /** How likely each commit is, relative to the others; all alike when left out. */
  readonly prior?: ((commit: string) => number) | undefined
  /** How likely the symptom shows in every run of a bad commit; 1 when it is known to. */
  readonly always?: number | undefined
}

// How often a good end is not what its giver thinks.
const OLDER = 0.1

const lnPriors = (graph: Graph, prior: Assumptions['prior']): Float64Array => {
  const shares = graph.commits.map(({ id }) => prior?.(id) ?? 1)
  const total = shares.reduce((sum, share) => sum + share, 0)
  return Float64Array.from([...shares.map((share) => Math.log(((1 - OLDER) * share) / total)), Math.log(OLDER)])
}

/** Takes out the culprits that would make one commit bad and another, with the same object code, good. */
const excludeByImages = (graph: Graph, { images }: Tallied, ln: Float64Array): void => {
  for (const [first, ...others] of images.values())
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
 * The probability of each culprit given all runs. A hit proves that its commit is bad, a clean run is luck when it
 * is, as likely as the hit rate tells, which is itself only known by all the runs. All zero: no single culprit
 * explains what was seen.
 */
export const believe = (graph: Graph, tallied: Tallied, assumptions: Assumptions = {}): Belief => {
  const { prior, always = SOMETIMES } = assumptions
  const ln = lnPriors(graph, prior)
  const clean = new Uint32Array(older(graph) + 1)
  for (const [commit, tally] of tallied.tallies) {
    if (tally.clean > 0)
      eachSuspect(graph, commit, (culprit) => {
        clean[culprit]! += tally.clean
      })
    if (tally.hits > 0)
      for (let culprit = 0; culprit < ln.length; culprit++)
        if (!isSuspect(graph, commit, culprit)) ln[culprit] = Number.NEGATIVE_INFINITY
  }
  excludeByImages(graph, tallied, ln)
  const hits = totalHits(tallied)
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

/** The runs of bad kernels, were this the culprit. */
export const badRunsUnder = ({ hits, clean, always }: Belief, culprit: number): BadRuns => ({
  hits,
  clean: clean[culprit]!,
  always,
})

export const isImpossible = ({ weights }: Belief): boolean => weights.every((weight) => weight === 0)
