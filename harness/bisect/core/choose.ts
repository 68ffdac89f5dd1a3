// SPDX-License-Identifier: MIT
import type { Belief } from './belief.ts'
import { eachSuspect, type Graph } from './graph.ts'
import { cleanStreak } from './rate.ts'
import { type Tallied, tallyOf, twinOf } from './tallies.ts'

/** What a step costs, in runs. */
export interface Costs {
  readonly build: number
}

export interface Choice {
  readonly commit: string
  /** Runs after which the step would have told what it can, unless the symptom shows first. */
  readonly runs: number
  /** The probability that the commit is bad. */
  readonly badness: number
  /** Expected bits about the culprit for the whole step. */
  readonly bits: number
}

const PLIES = [1, 2, 4, 8, 16, 32, 64]
// Beyond this many only the most even splits are looked at closely.
const SHORTLIST = 256

/** Binary entropy in bits. */
const entropy = (p: number): number => (p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p))

/** The commits that can still be run, with a twin of the same object code left out. */
export const testable = (graph: Graph, tallied: Tallied): readonly string[] =>
  graph.commits.flatMap(({ id }) => {
    const { skipped, hits, clean } = tallyOf(tallied, id)
    if (skipped) return []
    return hits + clean === 0 && twinOf(tallied, id) !== undefined ? [] : [id]
  })

interface Chance {
  /** That the symptom shows within the runs, when the commit is bad. */
  readonly hit: number
  readonly entropy: number
}

/** The chances within `runs`, by the clean runs that a culprit has to explain already. */
const chances = ({ hits, always }: Belief, runs: number): ((clean: number) => Chance) => {
  const known: Chance[] = []
  return (clean) => {
    const old = known[clean]
    if (old) return old
    const hit = 1 - cleanStreak({ hits, clean, always }, runs)
    const chance = { hit, entropy: entropy(hit) }
    known[clean] = chance
    return chance
  }
}

interface Ply {
  readonly runs: number
  readonly chance: (clean: number) => Chance
}

/** Mutual information between the culprit and "the symptom shows within the runs", and the runs to expect. */
const gain = (suspects: readonly number[], belief: Belief, { runs, chance }: Ply) => {
  let shows = 0
  let noise = 0
  for (const culprit of suspects) {
    const weight = belief.weights[culprit]!
    const { hit, entropy } = chance(belief.clean[culprit]!)
    shows += weight * hit
    noise += weight * entropy
  }
  const bits = Math.max(0, entropy(shows) - noise)
  // A step ends at its first hit, which comes about half way through.
  return { bits, expected: (1 - shows) * runs + shows * ((runs + 1) / 2) }
}

/** Commits beside one that cannot be tested often cannot either; a tested one between says the opposite. */
const skipRisk = (graph: Graph, tallied: Tallied): Float64Array => {
  const risk = new Float64Array(graph.commits.length)
  const walk = (order: readonly number[]): void => {
    let distance = Number.POSITIVE_INFINITY
    for (const index of order) {
      const { skipped, built } = tallyOf(tallied, graph.commits[index]!.id)
      distance = skipped ? 0 : built ? Number.POSITIVE_INFINITY : distance + 1
      risk[index] = Math.max(risk[index]!, 0.6 / Math.max(1, distance))
    }
  }
  const order = graph.commits.map((_, index) => index)
  walk(order)
  walk(order.reverse())
  return risk
}

interface Candidate {
  readonly id: string
  readonly suspects: readonly number[]
  readonly badness: number
}

const candidates = (graph: Graph, tallied: Tallied, belief: Belief): readonly Candidate[] => {
  const all = testable(graph, tallied).map((id) => {
    let sum = 0
    eachSuspect(graph, id, (culprit) => {
      sum += belief.weights[culprit]!
    })
    return { id, sum: Math.min(1, sum) }
  })
  const even = all.sort((a, b) => Math.abs(a.sum - 0.5) - Math.abs(b.sum - 0.5)).slice(0, SHORTLIST)
  return even.map(({ id, sum }) => {
    const suspects: number[] = []
    eachSuspect(graph, id, (culprit) => {
      if (belief.weights[culprit]! > 0) suspects.push(culprit)
    })
    return { id, suspects, badness: sum }
  })
}

/** The commit, and for how many runs, that tells most about the culprit for its cost. */
export const choose = (graph: Graph, tallied: Tallied, belief: Belief, costs: Costs): Choice | undefined => {
  const plies = PLIES.map((runs) => ({ runs, chance: chances(belief, runs) }))
  const risk = skipRisk(graph, tallied)
  let best: (Choice & { readonly worth: number }) | undefined
  for (const { id, suspects, badness } of candidates(graph, tallied, belief)) {
    const { built } = tallyOf(tallied, id)
    const useful = built ? 1 : 1 - risk[graph.indexOf.get(id)!]!
    for (const ply of plies) {
      const { bits, expected } = gain(suspects, belief, ply)
      const worth = (useful * bits) / (expected + (built ? 0 : costs.build))
      if (worth > (best?.worth ?? 0)) best = { commit: id, runs: ply.runs, badness, bits, worth }
    }
  }
  return best && { commit: best.commit, runs: best.runs, badness: best.badness, bits: best.bits }
}
