// SPDX-License-Identifier: MIT
import type { PairPlan } from './pairs.ts'
import { shardOf } from './shard.ts'
import { buildGroup } from './tasks.ts'

/** One CI job. */
export interface Job {
  readonly name: string
  /** The value for `--shard`. */
  readonly shard: string
  readonly cells: number
}

const shardsUsed = (pairs: readonly PairPlan[], of: number): number =>
  new Set(pairs.map((pair) => shardOf(pair, of))).size

/** The smallest number of shards with at most one build group each; the number of groups if none fits. */
export const fittingShards = (pairs: readonly PairPlan[]): number => {
  const groups = new Set(pairs.map(buildGroup)).size
  const candidates = Array.from({ length: 3 * groups + 1 }, (_, index) => groups + index)
  return candidates.find((of) => shardsUsed(pairs, of) === groups) ?? groups
}

// The name becomes part of a cache key, which must not contain a comma.
const unique = (values: readonly string[]): string => [...new Set(values)].join('+')

/** A job for each shard that has cells. */
export const jobsFor = (pairs: readonly PairPlan[], of: number): readonly Job[] =>
  Array.from({ length: of }, (_, index) => index + 1).flatMap((index) => {
    const own = pairs.filter((pair) => shardOf(pair, of) === index)
    if (own.length === 0) return []
    const name = [own.map(({ arch }) => arch), own.map(({ profile }) => profile), own.map(({ tree }) => tree)]
    const cells = own.reduce((sum, pair) => sum + pair.cells.length, 0)
    return [{ name: name.map(unique).join(' '), shard: `${index}/${of}`, cells }]
  })

/** A matrix for `fromJSON` in a GitHub workflow. */
export const githubMatrix = (jobs: readonly Job[]): string => `${JSON.stringify({ include: jobs })}\n`
