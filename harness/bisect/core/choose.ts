// SPDX-License-Identifier: MIT
import { type Belief, badness } from './belief.ts'
import { eachSuspect, type Graph } from './graph.ts'
import { cleanStreak } from './rate.ts'
import { type Tallies, tallyOf, twinOf } from './tallies.ts'

/** What a step costs, in runs. */
export interface Costs {
  readonly build: number
}

/** The next commit to test. */
export interface Choice {
  readonly commit: string
  /** Runs that the step takes, unless the symptom shows first. */
  readonly runs: number
  /** The probability that the commit is bad. */
  readonly badness: number
  /** Expected information about the culprit from the whole step, in bits. */
  readonly bits: number
}

const RUN_COUNTS = [1, 2, 4, 8, 16, 32, 64]
// With more commits than this, only the most even splits are evaluated.
const SHORTLIST = 256

/** Binary entropy in bits. */
const entropy = (p: number): number => (p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p))

/** The commits that can still be run, without those whose object code was run as another commit. */
export const testable = (graph: Graph, tallies: Tallies): readonly string[] =>
  graph.commits.flatMap(({ id }) => {
    const { skipped, hits, clean } = tallyOf(tallies, id)
    if (skipped) return []
    return hits + clean === 0 && twinOf(tallies, id) !== undefined ? [] : [id]
  })

interface Chance {
  /** The probability that the symptom shows within the runs if the commit is bad. */
  readonly hit: number
  readonly entropy: number
}

/** The chances within `runs`, by the number of clean runs so far that are luck if a culprit is the one. */
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

interface RunCount {
  readonly runs: number
  readonly chance: (clean: number) => Chance
}

/** Mutual information between the culprit and "the symptom shows within the runs", and the runs to expect. */
const gain = (suspects: readonly number[], belief: Belief, { runs, chance }: RunCount) => {
  let shows = 0
  let noise = 0
  for (const culprit of suspects) {
    const weight = belief.weights[culprit]!
    const { hit, entropy } = chance(belief.clean[culprit]!)
    shows += weight * hit
    noise += weight * entropy
  }
  const bits = Math.max(0, entropy(shows) - noise)
  // A step ends at its first hit, on average half way through.
  return { bits, expected: (1 - shows) * runs + shows * ((runs + 1) / 2) }
}

/** The neighbours of an untestable commit are often untestable too, up to the next commit that was built. */
const skipRisk = (graph: Graph, tallies: Tallies): Float64Array => {
  const risk = new Float64Array(graph.commits.length)
  const walk = (order: readonly number[]): void => {
    let distance = Number.POSITIVE_INFINITY
    for (const index of order) {
      const { skipped, built } = tallyOf(tallies, graph.commits[index]!.id)
      distance = skipped ? 0 : built ? Number.POSITIVE_INFINITY : distance + 1
      risk[index] = Math.max(risk[index]!, 0.6 / Math.max(1, distance))
    }
  }
  const order = graph.commits.map((_, index) => index)
  walk(order)
  walk(order.reverse())
  return risk
}

interface CommitCandidate {
  readonly id: string
  readonly suspects: readonly number[]
  readonly badness: number
}

const candidates = (graph: Graph, tallies: Tallies, belief: Belief): readonly CommitCandidate[] => {
  const all = testable(graph, tallies).map((id) => ({ id, badness: badness(graph, belief, id) }))
  const unevenness = (one: { readonly badness: number }): number => Math.abs(one.badness - 0.5)
  const even = all.sort((a, b) => unevenness(a) - unevenness(b)).slice(0, SHORTLIST)
  return even.map((one) => {
    const suspects: number[] = []
    eachSuspect(graph, one.id, (culprit) => {
      if (belief.weights[culprit]! > 0) suspects.push(culprit)
    })
    return { ...one, suspects }
  })
}

/** The commit and number of runs that give the most information about the culprit for their cost. */
export const choose = (graph: Graph, tallies: Tallies, belief: Belief, costs: Costs): Choice | undefined => {
  const counts = RUN_COUNTS.map((runs) => ({ runs, chance: chances(belief, runs) }))
  const risk = skipRisk(graph, tallies)
  let best: (Choice & { readonly bitsPerCost: number }) | undefined
  for (const { id, suspects, badness: bad } of candidates(graph, tallies, belief)) {
    const { built } = tallyOf(tallies, id)
    const useful = built ? 1 : 1 - risk[graph.indexOf.get(id)!]!
    for (const count of counts) {
      const { bits, expected } = gain(suspects, belief, count)
      const bitsPerCost = (useful * bits) / (expected + (built ? 0 : costs.build))
      if (bitsPerCost > (best?.bitsPerCost ?? 0))
        best = { commit: id, runs: count.runs, badness: bad, bits, bitsPerCost }
    }
  }
  return best && { commit: best.commit, runs: best.runs, badness: best.badness, bits: best.bits }
}
