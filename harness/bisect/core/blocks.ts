// SPDX-License-Identifier: MIT
import type { Belief } from './belief.ts'
import { testable } from './choose.ts'
import { type Graph, isSuspect } from './graph.ts'
import { type Tallies, tallyOf } from './tallies.ts'

/** Culprits that no further run can distinguish, because the commits between them cannot be tested. */
export interface Block {
  readonly commits: readonly string[]
  readonly probability: number
}

const EXCLUDED = 1e-9

const indistinguishable = (graph: Graph, tests: readonly string[], a: number, b: number): boolean =>
  tests.every((id) => isSuspect(graph, id, a) === isSuspect(graph, id, b))

/** `commit` and the commits that cannot be distinguished from it, oldest first; excluded culprits are left out. */
export const blockOf = (graph: Graph, tallies: Tallies, { weights }: Belief, commit: string): Block => {
  const tests = testable(graph, tallies)
  const own = graph.indexOf.get(commit)!
  const members = graph.commits.flatMap((_, other) =>
    weights[other]! > EXCLUDED && (other === own || indistinguishable(graph, tests, own, other)) ? [other] : [],
  )
  return {
    commits: members.map((index) => graph.commits[index]!.id),
    probability: members.reduce((sum, index) => sum + weights[index]!, 0),
  }
}

/** The commits of a block that cannot be tested, which is why the block cannot be split. */
export const untestable = (tallies: Tallies, { commits }: Block): readonly string[] =>
  commits.filter((id) => tallyOf(tallies, id).skipped)
