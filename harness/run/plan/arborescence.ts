// SPDX-License-Identifier: MIT

/** What it costs to make each of some nodes: from nothing, or from another one. */
export interface Costs {
  readonly alone: readonly number[]
  /** `from[a][b]`: to make b once a is there. */
  readonly from: readonly (readonly number[])[]
}

/** For each node the one that it is made from; null for one that is made from nothing. */
export type Origins = readonly (number | null)[]

/** Edges into each node: `weights[a][b]` is the cost of b from a. The last node is the root. */
type Weights = readonly (readonly number[])[]

const range = (length: number): readonly number[] => Array.from({ length }, (_, index) => index)

const cheapest = (nodes: readonly number[], cost: (node: number) => number): number =>
  nodes.reduce((best, node) => (cost(node) < cost(best) ? node : best))

/** The cheapest edge into each node but the root. */
const nearest = (weights: Weights): number[] => {
  const root = weights.length - 1
  return range(root).map((node) =>
    cheapest(
      // The root first: of equal costs, a build without a donor waits for no other.
      [root, ...range(root).filter((other) => other !== node)],
      (other) => weights[other]![node]!,
    ),
  )
}

const cycleIn = (parents: readonly number[]): ReadonlySet<number> | undefined => {
  for (const start of parents.keys()) {
    const seen = new Set<number>()
    for (let at = start; at < parents.length; at = parents[at]!) {
      if (at === start && seen.size > 0) return seen
      if (seen.has(at)) break
      seen.add(at)
    }
  }
  return undefined
}

/**
 * The least spanning arborescence below the root, by Chu-Liu and Edmonds: takes the cheapest edge into each node, makes
 * one node of a cycle, and opens the cycle where the cheapest way into it leads.
 */
const solve = (weights: Weights): number[] => {
  const root = weights.length - 1
  const parents = nearest(weights)
  const cycle = cycleIn(parents)
  if (!cycle) return parents
  const inside = [...cycle]
  const outside = range(root + 1).filter((node) => !cycle.has(node))
  // What it costs more to enter the cycle at this node than to stay in it.
  const more = (from: number, to: number): number => weights[from]![to]! - weights[parents[to]!]![to]!
  const entry = new Map(outside.map((from) => [from, cheapest(inside, (to) => more(from, to))]))
  const exit = new Map(outside.map((to) => [to, cheapest(inside, (from) => weights[from]![to]!)]))
  // The root stays last.
  const names = [...outside.slice(0, -1), -1, root]
  const smaller = names.map((from) =>
    names.map((to) => {
      if (from === to) return Infinity
      if (to === -1) return more(from, entry.get(from)!)
      return from === -1 ? weights[exit.get(to)!]![to]! : weights[from]![to]!
    }),
  )
  const solved = solve(smaller)
  const result = [...parents]
  for (const [index, parent] of solved.entries()) {
    const [node, from] = [names[index]!, names[parent]!]
    if (node === -1) result[entry.get(from)!] = from
    else result[node] = from === -1 ? exit.get(node)! : from
  }
  return result
}

/** The origins with the least total cost over all orders of the nodes. */
export const cheapestOrigins = ({ alone, from }: Costs): Origins => {
  const root = alone.length
  if (root === 0) return []
  const weights = [...from.map((row, a) => [...row.map((cost, b) => (a === b ? Infinity : cost)), Infinity]), alone]
  return solve(weights).map((parent) => (parent === root ? null : parent))
}
